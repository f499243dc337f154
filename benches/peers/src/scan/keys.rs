//! Condition keys of a request of W4, looked up by their lower-case name.

use tabella_runtime::{Request, Values};

/// A request, and what of the estate its keys are derived from.
pub struct Keys<'a> {
    pub request: &'a Request<'a>,
    /// Lower case.
    pub action: &'a str,
    /// `*` for actions without resources.
    pub resource: &'a str,
    /// Digits of the caller's account.
    pub account: &'a str,
    /// The user's name.
    pub name: &'a str,
    /// The user's tags, keys in lower case.
    pub tags: &'a [(Box<str>, Box<str>)],
    /// Digits of the account that owns the resource.
    pub owner: Option<&'a str>,
    /// All accounts of the organization.
    pub accounts: &'a [Box<str>],
}

/// What a key holds.
#[derive(Clone, Copy)]
pub enum Content<'a> {
    One(&'a str),
    /// Multivalued; what it holds is never asked for in W4.
    Paths,
}

impl<'a> Keys<'a> {
    /// The content of a key.
    pub fn get(&self, key: &str) -> Option<Content<'a>> {
        let given = self.request.context.entries().iter().find(|e| e.key.eq_ignore_ascii_case(key));
        if let Some(Values::One(value)) = given.map(|e| e.values) {
            return Some(Content::One(value));
        }
        let name = key.strip_prefix("aws:")?;
        if let Some(tag) = name.strip_prefix("principaltag/") {
            return self.tags.iter().find(|(k, _)| **k == *tag).map(|(_, v)| Content::One(v));
        }
        let member = || self.owner.is_some_and(|o| self.accounts.iter().any(|a| **a == *o));
        let value = match name {
            "principalarn" => self.request.principal,
            "principalaccount" => self.account,
            "principaltype" => "User",
            "username" => self.name,
            "principalorgid" => "o-bench",
            "principalisawsservice" => "false",
            "resourceaccount" => self.owner?,
            "resourceorgid" if member() => "o-bench",
            "principalorgpaths" => return Some(Content::Paths),
            "resourceorgpaths" if member() => return Some(Content::Paths),
            _ => return None,
        };
        Some(Content::One(value))
    }

    /// What a variable stands for.
    pub fn variable(&self, key: &str) -> Option<&'a str> {
        match self.get(key) {
            Some(Content::One(value)) if !value.is_empty() => Some(value),
            _ => None,
        }
    }
}

/// A name in lower case.
pub fn lower<'b>(name: &str, buffer: &'b mut [u8; 256]) -> Option<&'b str> {
    let out = buffer.get_mut(..name.len())?;
    out.copy_from_slice(name.as_bytes());
    out.make_ascii_lowercase();
    std::str::from_utf8(out).ok()
}
