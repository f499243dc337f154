//! The tokens of JSON, and of what people write instead of it.

use logos::Logos;

/// A token. The last four are never valid; they exist so that errors can name what was found.
#[derive(Logos, Clone, Copy, Debug, PartialEq, Eq)]
#[logos(skip r"[ \t\r\n]+")]
pub(super) enum Token {
    #[token("{")]
    OpenObject,
    #[token("}")]
    CloseObject,
    #[token("[")]
    OpenArray,
    #[token("]")]
    CloseArray,
    #[token(":")]
    Colon,
    #[token(",")]
    Comma,
    #[token("true", priority = 20)]
    True,
    #[token("false", priority = 20)]
    False,
    #[token("null", priority = 20)]
    Null,
    #[regex(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?", priority = 10)]
    Number,
    /// Quotes on one line; escapes and control characters are checked when they are taken off.
    #[regex(r#""([^"\\\n\r]|\\[^\n\r])*""#)]
    String,
    /// A string that its line does not close.
    #[regex(r#""([^"\\\n\r]|\\[^\n\r])*"#)]
    Unclosed,
    #[regex(r"//[^\n]*", allow_greedy = true)]
    #[token("/*")]
    Comment,
    /// `True`, `NaN`, `01`, `+1`, `'text'`: a word that JSON does not know.
    #[regex(r"[A-Za-z0-9_'$.+-]+", priority = 1)]
    Word,
}

impl Token {
    /// Whether a value can begin with it.
    pub fn begins_value(self) -> bool {
        matches!(
            self,
            Token::OpenObject
                | Token::OpenArray
                | Token::True
                | Token::False
                | Token::Null
                | Token::Number
                | Token::String
                | Token::Unclosed
                | Token::Word
        )
    }
}
