//! Inputs that aim at time and memory: sources and JSON whose devices multiply, and what each command does with them; and
//! artifacts that are costly to load or to ask.
//!
//! Every input is made from choices ([`Rng`]), so that a fuzzer which changes a byte changes one choice. What is made is text
//! of any sense or none: nothing here promises that an input compiles. The fuzz targets measure processor time; the
//! ordinary tests run a few inputs and ask only that each command ends without a panic.

pub mod artifact;
pub mod commands;
mod conditions;
mod json;
mod leaves;
mod source;
mod writer;

use crate::rng::Rng;

/// Bytes of the largest input.
pub const MOST: usize = 1 << 16;

/// What a file is given as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A source of the language.
    Source,
    /// A policy document or an account dump.
    Json,
}

/// A hostile source or JSON file.
#[derive(Clone, Debug)]
pub struct Input {
    /// What it is.
    pub form: Form,
    /// Its text, of at most [`MOST`] bytes.
    pub text: String,
}

/// An input of these choices. The first one is the form: one in four is JSON.
pub fn input(rng: &mut Rng) -> Input {
    let form = if rng.below(4) == 3 { Form::Json } else { Form::Source };
    // Most inputs are as large as they may be; smaller ones tell which device is the costly one.
    let most = *rng.pick(&[MOST, MOST, MOST, MOST / 2, MOST / 8]);
    let mut text = match form {
        Form::Source => source::source(rng, most),
        Form::Json => json::json(rng, most),
    };
    truncate(&mut text, MOST);
    Input { form, text }
}

/// Cuts a text at a character boundary.
fn truncate(text: &mut String, most: usize) {
    if text.len() > most {
        let end = (0..=most).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        text.truncate(end);
    }
}
