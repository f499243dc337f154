//! IAM JSON → surface tree, with errors that point into the JSON.
//!
//! [`read`] turns text into spanned [`Node`]s and knows nothing of IAM; [`import`] turns nodes into the surface
//! tree and knows nothing of what names and values mean: typing is left to `resolve`.

pub mod import;
mod reader;
mod unescape;

pub use reader::{Member, Node, NodeKind, read, read_pages};

/// User text for a message: on one line and not too long.
fn excerpt(text: &str) -> String {
    const MOST: usize = 80;
    let mut short: String = text.chars().take(MOST).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short.chars().flat_map(|c| if c.is_control() { c.escape_default().collect() } else { vec![c] }).collect()
}
