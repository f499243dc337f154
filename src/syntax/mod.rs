//! Text → surface tree → text. Knows the language's shape and nothing of its meaning.

pub mod ast;
mod expected;
pub mod lexeme;
mod lexer;
mod parser;
mod token;

pub use parser::parse;
