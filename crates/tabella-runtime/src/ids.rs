//! Asking by id: caller, action and context keys are looked up once, by the service that asks.

use crate::cells::Place;
use crate::decide::{self, MALFORMED, OWN};
use crate::decision::Decision;
use crate::derive::KeyClass;
use crate::digits::Digits;
use crate::known::ById;
use crate::layout::{ACTION_NAME_LEN, KEY_TYPE_SHIFT};
use crate::limits::{CONTEXT_KEYS, is_value};
use crate::request::{ContextError, Extras, SHORT, Values, extent};
use crate::seen::Seen;
use crate::tables::Tables;

/// A declared user or role, its account, and the sets that bind it: most decisions need not look at its record. Good for
/// the tables it came from only, as all ids are: with others a request is malformed, and denied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PrincipalId {
    pub(crate) index: u32,
    /// `Tables::tag`. Another: also one whose record would not hold what is composed of it; its requests are malformed.
    tables: u32,
    /// As the record's.
    pub(crate) sets: [u32; OWN],
    /// Likewise.
    pub(crate) account: Digits,
}

/// An action the tables know, and where its cells stand: a decision need not look at its record. Good for these tables only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ActionId {
    pub(crate) index: u32,
    pub(crate) place: Place,
    /// [`crate::layout::WILDCARD_ONLY`] and [`crate::layout::OWN_RULES`].
    pub(crate) flags: u32,
    /// `Tables::tag`.
    tables: u32,
}

/// A context key that some policy of the tables asks for. Good for these tables only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyId {
    pub(crate) index: u32,
    /// `Tables::tag`.
    tables: u32,
}

/// A context whose keys are ids.
#[derive(Clone, Copy, Debug)]
pub struct IdContext<'a> {
    entries: &'a [(KeyId, Values<'a>)],
    /// `Tables::tag`; no matter what without entries.
    tables: u32,
}

/// The classes of the keys that a context may have, a bit for each.
const OF_CONTEXTS: u32 = 1 << KeyClass::Request as u32
    | 1 << KeyClass::ServiceRequest as u32
    | 1 << KeyClass::CurrentTime as u32
    | 1 << KeyClass::EpochTime as u32
    | 1 << KeyClass::TargetTag as u32
    | 1 << KeyClass::TargetBoundary as u32;

impl<'a> IdContext<'a> {
    /// No context.
    pub const EMPTY: IdContext<'static> = IdContext { entries: &[], tables: 0 };

    pub(crate) fn entries(&self) -> &'a [(KeyId, Values<'a>)] {
        self.entries
    }

    /// What the service says of the request; refuses what [`crate::Context::new`] refuses, and keys of other tables.
    pub fn new(tables: &Tables<'a>, entries: &'a [(KeyId, Values<'a>)]) -> Result<Self, ContextError<'a>> {
        if entries.len() > CONTEXT_KEYS {
            return Err(ContextError::TooMany);
        }
        let (mut seen, mut lengths) = (Seen::<1>::NOTHING, 0);
        for (i, (key, values)) in entries.iter().enumerate() {
            lengths |= extent(values);
            let Some(record) = tables.keys.get(key.index as usize).filter(|_| key.tables == tables.tag)
            else {
                return Err(ContextError::OtherTables);
            };
            let name = || tables.text(record.name, record.name_len);
            if OF_CONTEXTS >> (record.class % (1 << KEY_TYPE_SHIFT)) & 1 == 0 {
                match KeyClass::from_number(record.class) {
                    KeyClass::Session | KeyClass::TokenIssueTime => {
                        return Err(ContextError::SessionKey(name()));
                    }
                    _ => return Err(ContextError::Derived(name())),
                }
            }
            if seen.number(key.index) && entries.iter().take(i).any(|(other, _)| other == key) {
                return Err(ContextError::Duplicate(name()));
            }
        }
        if lengths >= SHORT
            && let Some((key, _)) = entries.iter().find(|(_, values)| !is_value(values))
        {
            let record = tables.keys.get(key.index as usize).unwrap_or_default();
            return Err(ContextError::TooLong(tables.text(record.name, record.name_len)));
        }
        Ok(IdContext { entries, tables: tables.tag })
    }
}

/// A [`crate::Request`] by ids. Callers and actions that have none are asked for by name.
///
/// It is two lines of the cache: of many requests side by side none lies in three.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub struct IdRequest<'a> {
    /// The user or role.
    pub principal: PrincipalId,
    /// Of a role: the name of its session. `None`: the role by its own ARN.
    pub session_name: Option<&'a str>,
    /// The action.
    pub action: ActionId,
    /// See [`crate::Request::resource`].
    pub resource: &'a str,
    /// What the service says of the request.
    pub context: IdContext<'a>,
    /// See [`crate::Request::extras`].
    pub extras: Option<&'a Extras<'a>>,
}

impl<'a> IdRequest<'a> {
    /// What its context says of a key.
    #[inline(always)]
    pub(crate) fn value(&self, key: u32) -> Option<Values<'a>> {
        self.context.entries.iter().find(|(id, _)| id.index == key).map(|(_, values)| *values)
    }

    /// Its ids are of these tables.
    #[inline(always)]
    pub(crate) fn is_of(&self, tables: &Tables<'_>) -> bool {
        let tag = tables.tag;
        let context = self.context.tables == tag || self.context.entries.is_empty();
        self.principal.tables == tag && self.action.tables == tag && context
    }
}

impl Tables<'_> {
    /// The id of a declared user or role, by its ARN.
    pub fn principal_id(&self, arn: &str) -> Option<PrincipalId> {
        let (index, stored) = self.find_principal(arn)?;
        let record = stored.read();
        let tables = if record.is_well_formed() { self.tag } else { !self.tag };
        Some(PrincipalId { index, tables, sets: record.own_sets(), account: record.digits() })
    }

    /// The id of an action, `service:Name` in any case. Without one, ask by name: the action is decided all the same.
    pub fn action_id(&self, name: &str) -> Option<ActionId> {
        let (index, action) = self.find_action(name.as_bytes())?;
        let action = action.read();
        let flags = action.name_len & !ACTION_NAME_LEN;
        Some(ActionId { index, place: Place::of(&action), flags, tables: self.tag })
    }

    /// The id of a context key, in any case. Without one no policy asks for it, and it can be left out.
    pub fn key_id(&self, key: &str) -> Option<KeyId> {
        let same = |r: crate::layout::Key| self.text(r.name, r.name_len).eq_ignore_ascii_case(key);
        let (index, _) = (0..).zip(self.keys.iter()).find(|(_, r)| same(*r))?;
        Some(KeyId { index, tables: self.tag })
    }

    /// Decides a request by ids, exactly as [`Tables::decide`] decides it by names.
    ///
    /// All its ids must be of these tables. With those of others, such as the ones before a reload, it is malformed and
    /// denied: look them up anew whenever tables are loaded.
    pub fn decide_ids(&self, request: &IdRequest<'_>) -> Decision {
        ById::new(self, request).map_or(MALFORMED, |known| decide::decided(self, known, None))
    }
}
