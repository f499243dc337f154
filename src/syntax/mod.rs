//! Text → surface tree → text. Knows the language's shape and nothing of its meaning.

pub mod ast;
mod expected;
mod layout;
pub mod lexeme;
mod lexer;
mod parser;
mod printer;
mod token;

pub(crate) use parser::literal_type;
pub use parser::parse;
pub use printer::{format, print};
