//! Normal form → decision tables.

pub mod tables;
