//! Tabella: an IAM policy language that compiles to bitset decision tables.
//!
//! A policy becomes simpler at every stage and never goes back; each stage is one module:
//! [`syntax`] and [`json`] → [`resolve`] → [`normalize`] → [`lower`] → [`artifact`] → `tabella_runtime`.
//! [`compile()`] goes through all of them.

pub mod artifact;
pub mod assume;
pub mod cases;
pub mod catalog;
pub mod compile;
pub mod diag;
pub mod export;
pub mod hir;
pub mod incremental;
pub mod json;
pub mod limits;
pub mod lower;
pub mod managed;
pub mod nf;
pub mod normalize;
pub mod reference;
pub mod resolve;
pub mod source;
pub mod syntax;

#[doc(hidden)]
pub mod cli;

pub use compile::compile;
