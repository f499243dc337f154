//! Why an artifact was refused.

use crate::layout::Section;
use core::fmt;

/// An artifact that can't be loaded. Opaque; ask it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoadError {
    pub(crate) kind: Kind,
    pub(crate) section: Option<Section>,
    pub(crate) expected: u64,
    pub(crate) got: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Magic,
    Version,
    Truncated,
    Checksum,
    #[cfg(feature = "verify")]
    ContentHash,
    SectionTable,
    Size,
    Utf8,
    Text,
    Index,
    Value,
    Order,
    Cost,
    Work,
    Steps,
}

impl LoadError {
    pub(crate) fn new(kind: Kind, expected: u64, got: u64) -> Self {
        LoadError { kind, section: None, expected, got }
    }

    pub(crate) fn in_section(self, section: Section) -> Self {
        LoadError { section: Some(section), ..self }
    }

    /// It is not a Tabella artifact at all.
    pub fn is_foreign(&self) -> bool {
        self.kind == Kind::Magic
    }

    /// It is an artifact of another format version.
    pub fn is_other_version(&self) -> bool {
        self.kind == Kind::Version
    }

    /// It ends too early.
    pub fn is_truncated(&self) -> bool {
        self.kind == Kind::Truncated
    }

    /// Its bytes changed since it was written.
    pub fn is_checksum(&self) -> bool {
        self.kind == Kind::Checksum
    }

    /// Some decision may take more steps than any artifact may ask of a service.
    pub fn is_costly(&self) -> bool {
        self.kind == Kind::Work
    }

    /// Its content is not the one whose hash it states: somebody has changed it and its checksums.
    #[cfg(feature = "verify")]
    pub fn is_content_hash(&self) -> bool {
        self.kind == Kind::ContentHash
    }

    /// What was expected: a version, a number of bytes, a checksum, a bound that an index must stay under.
    pub fn expected(&self) -> u64 {
        self.expected
    }

    /// What was found instead.
    pub fn got(&self) -> u64 {
        self.got
    }

    /// Name of the section it is in, if it is in one.
    pub fn section(&self) -> Option<&'static str> {
        self.section.map(Section::name)
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let LoadError { expected, got, .. } = *self;
        if let Some(section) = self.section() {
            write!(f, "section `{section}`: ")?;
        }
        match self.kind {
            Kind::Magic => f.write_str("not a Tabella artifact"),
            Kind::Version => write!(f, "artifact of format version {got}, this reader takes {expected}"),
            Kind::Truncated => write!(f, "artifact of {got} bytes, at least {expected} expected"),
            Kind::Checksum => write!(f, "checksum {got:08x}, expected {expected:08x}"),
            #[cfg(feature = "verify")]
            Kind::ContentHash => {
                write!(f, "the content has the hash {got:016x}…, and the header states {expected:016x}…")
            }
            Kind::SectionTable => write!(f, "malformed section table: {got}, expected {expected}"),
            Kind::Size => write!(f, "{got} elements, expected {expected}"),
            Kind::Utf8 => write!(f, "not UTF-8 at byte {got}"),
            Kind::Text => write!(f, "text ends at {got}, outside of {expected} bytes or inside a character"),
            Kind::Index => write!(f, "index {got}, must be under {expected}"),
            Kind::Value => write!(f, "value {got}, must be at most {expected}"),
            Kind::Order => write!(f, "element {got} is out of order"),
            Kind::Cost => write!(f, "a cost of {got} steps is stated, it is {expected}"),
            Kind::Work => write!(f, "one decision may take {got} steps, at most {expected} are allowed"),
            Kind::Steps => write!(f, "checking it takes {got} steps, more than the {expected} for its size"),
        }
    }
}

impl core::error::Error for LoadError {}
