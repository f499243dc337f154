//! Worlds made from a seed, requests aimed at their edges, and the comparison of the two evaluators over them.
//!
//! Everything here is for tests: it knows `hir` and the entry functions of the stages, and shares no code with
//! any of them, so that a mistake in a stage shows as a difference.

pub mod artifacts;
pub mod build;
pub mod conditions;
pub mod corpus;
pub mod coverage;
pub mod damage;
pub mod describe;
pub mod differential;
pub mod documents;
pub mod estate;
pub mod fuzz;
pub mod generate;
pub mod hostile;
pub mod mutants;
pub mod parts;
pub mod points;
pub mod reach;
pub mod request;
pub mod requests;
pub mod rng;
pub mod roundtrip;
pub mod satisfy;
pub mod shrink;
pub mod targets;
pub mod text;
pub mod times;
pub mod vocabulary;

pub use generate::{Size, world};
pub use request::{Owned, OwnedEntry};
pub use requests::Aimer;
pub use rng::Rng;
