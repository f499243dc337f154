//! Loads compiled decision tables and decides requests. `no_std`, no `unsafe`, no allocation per decision.
//!
//! A service loads an artifact once and asks for every request whether it may go ahead:
//!
//! ```no_run
//! use tabella_runtime::{Context, Entry, Request, Tables, Values};
//!
//! let bytes = std::fs::read("company.tbl")?;
//! let tables = Tables::load(&bytes)?;
//! // What the service knows: time, region and addresses too. Where a key is missing, a `deny` that asks for it does not
//! // apply (R91); `Tables::keys` says which the policies ask for.
//! let entries = [Entry { key: "aws:RequestedRegion", values: Values::One("eu-west-1") }];
//! let request = Request {
//!     principal: "arn:aws:iam::111111111111:role/Analyst",
//!     action: "s3:GetObject",
//!     resource: "arn:aws:s3:::acme-sales/north/q1.csv",
//!     context: Context::new(&entries).map_err(|e| e.to_string())?,
//!     extras: None,
//! };
//! if !tables.decide(&request).is_allowed() {
//!     tables.explain(&request, &mut |finding| eprintln!("{:?} by {}", finding.effect, finding.policy));
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Who asks much looks names up once, and may ask for many at a time:
//!
//! ```no_run
//! # use tabella_runtime::{Decision, IdContext, IdRequest, Tables, Values};
//! # let bytes = std::fs::read("company.tbl")?;
//! # let tables = Tables::load(&bytes)?;
//! let principal = tables.principal_id("arn:aws:iam::111111111111:role/Analyst").ok_or("nobody")?;
//! let action = tables.action_id("s3:GetObject").ok_or("ask by name")?;
//! let region = tables.key_id("aws:RequestedRegion").ok_or("no policy asks for it")?;
//! let entries = [(region, Values::One("eu-west-1"))];
//! let request = IdRequest {
//!     principal,
//!     session_name: Some("mia"),
//!     action,
//!     resource: "arn:aws:s3:::acme-sales/north/q1.csv",
//!     context: IdContext::new(&tables, &entries).map_err(|e| e.to_string())?,
//!     extras: None,
//! };
//! let mut decisions = [Decision::default(); 2];
//! tables.decide_batch(&[request, request], &mut decisions);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`Tables`] borrows the artifact's bytes. To put others in their place while requests are decided, a service keeps the bytes
//! behind an `Arc`, loads them where a thread begins to use them, and looks ids up anew: those of other tables are refused. Or it
//! takes them in with `include_artifact!`, which needs no file at all.
//!
//! This crate knows nothing of the policy language or of JSON; what it reads is specified by its [`layout`] module. How a
//! decision comes about is in `ARCHITECTURE.md`.

#![no_std]
#![forbid(unsafe_code)]

mod access;
mod ahead;
mod arn;
mod array;
mod asked;
mod batch;
mod bytes;
mod cells;
mod chunk;
mod clock;
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
mod governing;
mod ids;
mod items;
mod kept;
mod known;
pub mod layout;
pub mod limits;
mod load;
mod malformed;
mod policies;
mod program;
mod protected;
mod request;
mod seen;
mod session;
mod short;
mod tables;
mod target;
mod usual;
mod validate;
mod values;
#[cfg(feature = "verify")]
mod verify;
mod who;

pub use access::{Side, Sides};
pub use decision::{Decision, Gate, Outcome};
pub use derive::{key_class, test_class};
pub use error::LoadError;
pub use explain::{Effect, Finding, Place, Silent};
pub use ids::{ActionId, IdContext, IdRequest, KeyId, PrincipalId};
pub use load::{aligned, header_crc};
pub use malformed::{Malformed, UnknownKey};
pub use request::{
    Context, ContextError, Entry, Extras, Request, Session, Values, is_derived_key, is_session_key,
};
pub use tables::Tables;
