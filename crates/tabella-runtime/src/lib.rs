//! Loads compiled decision tables and decides requests. `no_std`, no `unsafe`, no allocation per decision.
//!
//! This crate knows nothing of the policy language or of JSON; what it reads is specified by its `layout` module.
#![no_std]
#![forbid(unsafe_code)]

mod decision;
mod request;

pub use decision::{Decision, Gate, Outcome};
pub use request::{Context, ContextError, Entry, Request, Session, Values, is_derived_key, is_session_key};
