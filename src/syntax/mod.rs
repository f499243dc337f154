//! Text → surface tree → text. Knows the language's shape and nothing of its meaning.

pub mod ast;
pub mod lexeme;
