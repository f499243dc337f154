//! Loads compiled decision tables and decides requests. `no_std`, no `unsafe`, no allocation per decision.
//!
//! This crate knows nothing of the policy language or of JSON; what it reads is specified by its [`layout`] module.
//! A request goes through `asked` (who, what, whose), `decide` (the layers in order), `cells` and `program` (the fast path of
//! a layer) or `policies` (the exact path), and `items` and `cond` (principals, resources, conditions of a statement).
//!
//! There are two roads. `usual` knows the requests for the short one: a declared caller with nothing said of its session
//! (`known`), an ARN of the usual shape (`short`), and no policy but its own, its account's guardrails and the resource's. On
//! it tests are made where the request stands; what needs more is put together for that test alone. Everything else takes the
//! long one, `Asked::at_length`. Both ask the same questions (`items::Testable`). `explain` always takes the long one and asks
//! policies, not cells, so that tests that compare the two compare the roads.
#![no_std]
#![forbid(unsafe_code)]

mod arn;
mod array;
mod asked;
mod bytes;
mod cells;
mod chunk;
mod cond;
mod decide;
mod decision;
mod derive;
mod digits;
mod ends;
mod error;
mod explain;
mod fold;
mod glob;
mod ids;
mod items;
mod known;
pub mod layout;
mod load;
mod policies;
mod program;
mod request;
mod seen;
mod short;
mod tables;
mod usual;
mod validate;
mod values;
mod who;

pub use decision::{Decision, Gate, Outcome};
pub use derive::key_class;
pub use error::LoadError;
pub use explain::{Effect, Finding, Place};
pub use ids::{ActionId, IdContext, IdRequest, KeyId, PrincipalId};
pub use load::{aligned, header_crc};
pub use request::{Context, ContextError, Entry, Request, Session, Values, is_derived_key, is_session_key};
pub use tables::Tables;
