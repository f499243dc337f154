//! Text → surface tree → text. Knows the language's shape and nothing of its meaning.

pub mod ast;
mod expected;
pub mod lexeme;
mod lexer;
mod parser;
mod token;

pub(crate) use parser::literal_type;
pub use parser::parse;
