//! The artifact's format: constants and record shapes, shared by the reader here and the writer in the compiler.
//!
//! Everything is little-endian and addressed by index. `docs/artifact.md` describes the same byte by byte; a change
//! here is a change there and a new [`VERSION`]. This module knows nothing of what the records mean for a decision.

mod hash;
mod records;
pub mod work;

pub use hash::*;
pub use records::*;

use crate::ends::Ends;

/// First eight bytes of every artifact.
pub const MAGIC: [u8; 8] = *b"TABELLA\0";
/// Version of the format. A reader takes exactly its own.
pub const VERSION: u32 = 11;
/// Bytes of the header.
pub const HEADER_BYTES: usize = 128;
/// Bytes of an entry of the section table, which follows the header.
pub const SECTION_BYTES: usize = 32;
/// Sections begin at multiples of this.
pub const ALIGN: usize = 64;
/// "No index".
pub const NONE: u32 = u32::MAX;
/// Indexes inside tagged references are smaller than this.
pub const INDEX_LIMIT: u32 = 1 << 29;
/// Bytes of a caller's name and of its session's name. AWS allows 64; more is malformed, so that every value
/// composed of them fits.
pub const NAME_BYTES: usize = 128;
/// Longest ARN of an access point.
pub const POINT_BYTES: usize = 256;
/// Longest id of a VPC that an access point takes requests of.
pub const VPC_BYTES: usize = 64;
/// Longest ARN of a bucket that has access points.
pub const BUCKET_BYTES: usize = 128;
/// Longest `service:action` a request may name.
pub const ACTION_BYTES: usize = 256;

/// Offsets of the header's fields.
pub mod header {
    /// u32: format version.
    pub const VERSION: usize = 8;
    /// u32: number of sections.
    pub const SECTIONS: usize = 12;
    /// u64: bytes of the whole artifact.
    pub const LENGTH: usize = 16;
    /// u32: CRC-32 (ISO-HDLC) of header and section table, with this field zero.
    pub const CRC: usize = 24;
    /// 32 bytes: BLAKE3 of everything after the header.
    pub const CONTENT_HASH: usize = 32;
}

macro_rules! sections {
    ($($(#[$doc:meta])* $name:ident = $size:expr, $text:literal;)*) => {
        /// The sections, in the order of their numbers, which is the order in the file.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[repr(u32)]
        pub enum Section { $($(#[$doc])* $name,)* }

        impl Section {
            /// All of them; a section's number is its place here.
            pub const ALL: &'static [Section] = &[$(Section::$name,)*];

            /// Bytes of one element.
            pub const fn element(self) -> usize {
                match self { $(Section::$name => $size,)* }
            }

            /// Name for reports.
            pub const fn name(self) -> &'static str {
                match self { $(Section::$name => $text,)* }
            }
        }
    };
}

sections! {
    /// One [`Meta`].
    Meta = Meta::SIZE, "meta";
    /// All text, UTF-8.
    Strings = 1, "strings";
    /// Bytes that are no text: binary values, addresses.
    Blobs = 1, "blobs";
    /// [`Service`], in order of prefix.
    Services = Service::SIZE, "services";
    /// A pilot for each bucket of the perfect hash over actions.
    ActionPilots = 1, "action pilots";
    /// [`Action`] at its slot.
    Actions = Action::SIZE, "actions";
    /// Pilots of the perfect hash over principals.
    PrincipalPilots = 1, "principal pilots";
    /// [`Principal`] at its slot.
    Principals = Principal::SIZE, "principals";
    /// [`Detail`] of the principal at the same slot.
    Details = Detail::SIZE, "principal details";
    /// [`Slot`]: roles by account and name.
    RoleSlots = Slot::SIZE, "role slots";
    /// [`Tag`], a run for each principal, in order of key.
    Tags = Tag::SIZE, "tags";
    /// [`Account`], in order of digits.
    Accounts = Account::SIZE, "accounts";
    /// Pilots of the perfect hash over governed resources.
    ResourcePilots = 1, "resource pilots";
    /// [`Resource`] at its slot.
    Resources = Resource::SIZE, "resources";
    /// [`Named`]: endpoints to sets, in order of id.
    Endpoints = Named::SIZE, "endpoints";
    /// [`Named`]: session policies to policies, in order of name.
    SessionPolicies = Named::SIZE, "session policies";
    /// [`Key`]: condition keys, in order.
    Keys = Key::SIZE, "keys";
    /// [`Set`]: policy sets.
    Sets = Set::SIZE, "sets";
    /// [`ServiceWord`]: `stride` for each set.
    SetServices = ServiceWord::SIZE, "set services";
    /// [`Run`] of `LevelPolicies` for each level of each set.
    Levels = Run::SIZE, "levels";
    /// u32: policy indexes.
    LevelPolicies = Word::SIZE, "level policies";
    /// [`Row`].
    Rows = Row::SIZE, "rows";
    /// u16: a [`Shape`] in four of them and its packed columns, and so on.
    Shapes = 2, "shapes";
    /// u32: cells.
    Cells = Word::SIZE, "cells";
    /// [`Item`]: residual programs.
    Items = Item::SIZE, "items";
    /// [`PrincipalEntry`]: lists of principals.
    PrincipalEntries = PrincipalEntry::SIZE, "principal entries";
    /// u32: lists of patterns.
    ResourceLists = Word::SIZE, "resource lists";
    /// u32: lists of action patterns.
    ActionLists = Word::SIZE, "action lists";
    /// u32: conditions in disjunctive normal form.
    ConditionLists = Word::SIZE, "condition lists";
    /// [`Pattern`]: ARN patterns.
    Patterns = Pattern::SIZE, "patterns";
    /// [`Text`]: action patterns.
    ActionTexts = Text::SIZE, "action texts";
    /// [`Piece`]: templates taken apart.
    Pieces = Piece::SIZE, "pieces";
    /// [`Atom`].
    Atoms = Atom::SIZE, "atoms";
    /// [`Value`]: values of atoms.
    Values = Value::SIZE, "values";
    /// [`Policy`].
    Policies = Policy::SIZE, "policies";
    /// [`Statement`].
    Statements = Statement::SIZE, "statements";
    /// [`AccessPoint`], in order of ARN.
    AccessPoints = AccessPoint::SIZE, "access points";
    /// [`Provenance`] of each statement, or nothing.
    Provenance = Provenance::SIZE, "provenance";
    /// Text of `Provenance`, or nothing.
    ProvenanceStrings = 1, "provenance strings";
}

/// Flag of [`Action::name_len`]: no resource-level permissions (R65).
pub const WILDCARD_ONLY: u32 = 1 << 31;
/// Flag of [`Action::name_len`]: an action of `sts` or `kms`, where rules of their own apply (R12, R50, R136, R139), or a
/// change that IAM refuses on what AWS keeps for itself (R137, R138).
pub const OWN_RULES: u32 = 1 << 30;
/// Flag of [`Action`]: of `iam`, whose resources may be declared users and roles.
pub const ON_IDENTITIES: u32 = 1 << 29;
/// Flag of [`Action`]: of `s3` or a service whose names begin so; a request for it may go through an access point (R152).
pub const ON_ACCESS_POINTS: u32 = 1 << 28;
/// The bytes of [`Action::name_len`].
pub const ACTION_NAME_LEN: u32 = ON_ACCESS_POINTS - 1;
/// Flag of [`Principal`]: a role, else a user.
pub const IS_ROLE: u32 = 1;
/// Flag of [`Principal`]: R137.
pub const SERVICE_LINKED: u32 = 2;
/// Flag of [`Principal`]: a name of more than [`NAME_BYTES`], or a unique id of as many; its requests are malformed (R6).
pub const MALFORMED: u32 = 4;
/// Flag of [`Principal`]: its ARN is [`ARN_HEAD`], the account, and at most 32 bytes, which its record holds. Flag of
/// [`Resource`]: its ARN is [`RESOURCE_HEAD`] and 8 to 32 bytes, likewise.
pub const INLINE: u32 = 8;
/// Flag of [`Principal`]: it has a boundary, whether or not that binds it.
pub const BOUNDED: u32 = 16;
/// What most ARNs of principals begin with.
pub const ARN_HEAD: [u8; 13] = *b"arn:aws:iam::";
/// Flag of [`Account`]: member of the organization.
pub const IN_ORGANIZATION: u32 = 1;
/// Flag of [`Account`]: the management account.
pub const MANAGEMENT: u32 = 2;
/// Flag of [`Resource`]: a role's trust policy.
pub const TRUST: u32 = 1;
/// Flag of [`AccessPoint`]: it takes requests of a VPC only.
pub const OF_VPC: u32 = 1;
/// Flag of [`Item`] and [`Statement`]: denies.
pub const ITEM_DENY: u32 = 1;
/// Flag of [`Item`]: first of a level.
pub const ITEM_LEVEL: u32 = 2;
/// Flag of [`Item`]: last of its program.
pub const ITEM_LAST: u32 = 4;
/// Flag of [`Item`] and [`Statement`]: can't hold.
pub const ITEM_NEVER: u32 = 8;

/// Where [`Item::flags`] has the cost of its program from it on.
pub const ITEM_COST_SHIFT: u32 = 4;

/// Cell: nothing applies.
pub const CELL_NONE: u32 = 0;
/// Cell: allowed whatever resource and context.
pub const CELL_ALLOW: u32 = 1;
/// Cell: denied likewise.
pub const CELL_DENY: u32 = 2;
/// From here to [`CELL_ON`] cells are the first item of a program plus this.
pub const CELL_PROGRAM: u32 = 3;
/// From here to [`CELL_NOT_ON`] cells are a pattern plus this: allowed if the resource is matched by it.
pub const CELL_ON: u32 = 1 << 30;
/// From here to [`CELL_UNLESS`] cells are a pattern plus this: denied if the resource is matched by it, else allowed.
pub const CELL_NOT_ON: u32 = CELL_ON + INDEX_LIMIT;
/// From here on cells are an atom plus this: denied if it holds, else allowed.
pub const CELL_UNLESS: u32 = 1 << 31;
/// Default cell of sets that have no rows: the policies of their levels say what they say.
pub const CELL_POLICIES: u32 = u32::MAX;
/// Of [`Row::shape`]: all columns have one cell, which stands where other rows say where their palette begins.
pub const UNIFORM: u32 = 7;
/// Most u16 of `Shapes`.
pub const SHAPES_LIMIT: usize = 1 << 28;
/// Services of a [`ServiceWord`].
pub const WORD_SERVICES: u32 = 8;
/// Most rows.
pub const ROWS_LIMIT: usize = 1 << (32 - WORD_SERVICES);

/// Tag of a reference: everything. Such a reference is 0.
pub const REF_ALL: u32 = 0;
/// Tag of a reference: the one element of that index.
pub const REF_ONE: u32 = 1;
/// Tag of a reference: the list that begins at that index.
pub const REF_LIST: u32 = 2;
/// Tag of a reference: what is not in that list.
pub const REF_NOT: u32 = 3;
/// Tag of a statement's reference to a condition: the list that begins at that index, some of whose atoms are kept.
pub const REF_KEPT: u32 = 3;

/// Most atoms whose outcome a decision keeps.
pub const KEPT_ATOMS: usize = 2_048;

/// Whether an action, in lower case, is one of [`OWN_RULES`].
const fn has_own_rules(action: &[u8]) -> bool {
    matches!(action, [b's', b't', b's', b':', ..] | [b'k', b'm', b's', b':', ..])
        || crate::protected::may_be_refused(action)
}

/// The flags of an action, in lower case, that its name tells: all but [`WILDCARD_ONLY`].
pub const fn action_flags(action: &[u8]) -> u32 {
    let of_service = match action {
        [b'i', b'a', b'm', b':', ..] => ON_IDENTITIES,
        [b's', b'3', ..] => ON_ACCESS_POINTS,
        _ => 0,
    };
    of_service | (if has_own_rules(action) { OWN_RULES } else { 0 })
}

/// Whether a principal of such a name and unique id is [`MALFORMED`].
pub const fn is_malformed(name_len: usize, unique_id_len: usize) -> bool {
    name_len > NAME_BYTES || unique_id_len >= NAME_BYTES
}

/// A number for the service of an action or of an action pattern, to tell most that are not of one service. 0: the
/// pattern has no colon among its first [`ACTION_BYTES`] bytes, or a wildcard before it.
pub const fn service_hash(action: &[u8]) -> u32 {
    let mut hash = 0x811C_9DC5_u32;
    let mut rest = action;
    // No action has more bytes, so that nobody asks for a service of as many.
    while let [byte, after @ ..] = rest
        && action.len() - rest.len() < ACTION_BYTES
    {
        match byte {
            b':' => return hash | 1,
            b'*' | b'?' => return 0,
            byte => hash = (hash ^ *byte as u32).wrapping_mul(0x0100_0193),
        }
        rest = after;
    }
    0
}

/// A bit of 32 for a [`service_hash`]; all of them for 0.
pub const fn service_bit(service: u32) -> u32 {
    if service == 0 { u32::MAX } else { 1 << (service >> 27) }
}

/// Bytes as words, then zeros. `None`: there are too many.
pub fn words_of<const N: usize>(bytes: &[u8]) -> Option<[u32; N]> {
    let mut words = [0; N];
    for (at, byte) in bytes.iter().enumerate() {
        *words.get_mut(at / 4)? |= u32::from(*byte) << (8 * (at % 4));
    }
    Some(words)
}

/// What stands in the ARN of a [`Principal`] behind the account. `None`: the ARN is not [`INLINE`] for this account.
pub fn tail_words(arn: &str, account: &str) -> Option<[u32; 8]> {
    words_of(arn.as_bytes().strip_prefix(&ARN_HEAD)?.strip_prefix(account.as_bytes())?)
}

/// What stands in the ARN of a [`Resource`] behind [`RESOURCE_HEAD`]. `None`: the record has not the whole ARN.
pub fn resource_words(arn: &str) -> Option<[u32; 8]> {
    let rest = arn.as_bytes().strip_prefix(RESOURCE_HEAD)?;
    if rest.len() < 8 { None } else { words_of(rest) }
}

/// How ARNs of most resources begin.
pub const RESOURCE_HEAD: &[u8; 8] = b"arn:aws:";

/// An account's twelve digits.
pub fn digit_words(digits: &str) -> Option<[u32; 3]> {
    if digits.len() == 12 { words_of(digits.as_bytes()) } else { None }
}

/// What a [`Key`] says of its lower-case name: its mark, its ends, and the bits in which their letters have two cases.
pub fn key_words(name: &str) -> (u32, [u32; 8], [u32; 8]) {
    let mut cases = [0; 32];
    for (case, byte) in cases.iter_mut().zip(name.bytes()) {
        *case = if byte.is_ascii_lowercase() { 0x20 } else { 0 };
    }
    let words = |text: Option<&[u8]>| {
        let mut words = [0; 8];
        if let Some(ends) = text.and_then(Ends::of) {
            for (pair, word) in words.as_chunks_mut().0.iter_mut().zip(ends.words()) {
                *pair = [word as u32, (word >> 32) as u32];
            }
        }
        words
    };
    let mark = u32::from(key_mark(name.as_bytes())) * 0x0101_0101;
    (mark, words(Some(name.as_bytes())), words(cases.get(..name.len())))
}

/// A byte for a condition key, letter case aside; keys of one length that end alike have the same.
#[inline(always)]
pub const fn key_mark(name: &[u8]) -> u8 {
    let end = match name.last_chunk() {
        Some(end) => u64::from_le_bytes(*end) | CASES,
        None => 0,
    };
    // With this factor no common key of requests has the mark of a key that `Context::new` refuses.
    ((end ^ name.len() as u64).wrapping_mul(0x6382_5046_E152_7AE5) >> 56) as u8
}

/// In each byte the bit that makes the two cases of a letter.
pub const CASES: u64 = 0x2020_2020_2020_2020;

/// The SCP layer that binds principals of an account: members of the organization other than the management
/// account (R43), and no service-linked role (R137).
pub const fn binding_scps(account: &Account, service_linked: bool) -> u32 {
    if is_bound(account) && !service_linked { account.scps } else { NONE }
}

/// Whether SCPs bind principals and RCPs the resources of an account (R43, R50).
pub const fn is_bound(account: &Account) -> bool {
    account.flags & IN_ORGANIZATION != 0 && account.flags & MANAGEMENT == 0
}

/// The two words before a list of action patterns: the [`service_bit`]s of its patterns, and its cost. No such word has the bit
/// [`LIST_END`].
pub const fn action_head(services: u32, cost: u32) -> [u32; ACTION_HEAD] {
    [services & !LIST_END, cost << ACTION_COST_SHIFT | (services & 1) << 1]
}

/// The word before a condition: its cost, and whether some atom of it is kept.
pub const fn condition_head(is_kept: bool, cost: u32) -> u32 {
    cost << CONDITION_COST_SHIFT | if is_kept { AND_END } else { 0 }
}

/// The [`service_bit`]s of [`action_head`].
pub const fn head_services(head: [u32; ACTION_HEAD]) -> u32 {
    let [services, cost] = head;
    services | cost >> 1 & 1
}

/// A reference's tag and index.
#[inline(always)]
pub const fn reference(word: u32) -> (u32, usize) {
    (word & 3, (word >> 2) as usize)
}

/// Makes a reference.
pub const fn make_reference(tag: u32, index: u32) -> u32 {
    index << 2 | tag
}

/// Bit of a list's word: the last of the list. In lists of patterns the index is the word >> 1.
pub const LIST_END: u32 = 1;
/// Bit of an action list's word: its text and those after it are names of columns, so that no other action can match
/// them. The index is the word >> 2.
pub const ACTION_COLUMN: u32 = 2;
/// Bit of a condition's word: the last atom of its conjunction. The index is the word >> 2.
pub const AND_END: u32 = 1;
/// Bit of a condition's word: the last conjunction of its condition; set beside [`AND_END`] only.
pub const OR_END: u32 = 2;
/// Where the cost of a list of patterns stands in its head, the word before it.
pub const RESOURCE_COST_SHIFT: u32 = 1;
/// The same in the second of the two words before a list of action patterns. The first holds the [`service_bit`]s of its
/// patterns but for the lowest, which is the bit of value 2 of the second.
pub const ACTION_COST_SHIFT: u32 = 2;
/// Words before a list of action patterns.
pub const ACTION_HEAD: usize = 2;
/// The same in the word before a condition. It has the bit [`AND_END`] where some atom of the condition is kept.
pub const CONDITION_COST_SHIFT: u32 = 2;
/// Bit of [`PrincipalEntry::kind`]: the last of the list.
pub const ENTRY_END: u32 = 1 << 31;

/// `*` (R77).
pub const PRINCIPAL_ANYONE: u32 = 0;
/// Twelve digits (R78).
pub const PRINCIPAL_ACCOUNT: u32 = 1;
/// User ARN (R79).
pub const PRINCIPAL_USER: u32 = 2;
/// Role ARN (R80).
pub const PRINCIPAL_ROLE: u32 = 3;
/// Session ARN (R81).
pub const PRINCIPAL_SESSION: u32 = 4;
/// Federated-user ARN.
pub const PRINCIPAL_FEDERATED_USER: u32 = 5;
/// Unique id (R86).
pub const PRINCIPAL_UNIQUE_ID: u32 = 6;
/// Service principal (R82).
pub const PRINCIPAL_SERVICE: u32 = 7;
/// Identity provider (R83).
pub const PRINCIPAL_PROVIDER: u32 = 8;
/// Canonical user (R84).
pub const PRINCIPAL_CANONICAL: u32 = 9;
/// Before a list: its cost stands where others have the start of their text.
pub const PRINCIPAL_HEAD: u32 = 15;

/// The lone `*`.
pub const PATTERN_ALL: u32 = 0;
/// `whole` is the one ARN it matches.
pub const PATTERN_LITERAL: u32 = 1;
/// `whole`, six parts, then anything.
pub const PATTERN_PREFIX: u32 = 2;
/// Part by part. `whole` is the text that the leading literal parts make together with their colons.
pub const PATTERN_PARTS: u32 = 3;
/// `whole` is a run of pieces matched as one glob: not six parts.
pub const PATTERN_GLOB: u32 = 4;
/// `whole` is a run of pieces with variables before the fifth colon: split after expansion.
pub const PATTERN_EXPANDED: u32 = 5;

/// In the policy of a resource: its ARN, and `whole` behind it.
pub const PATTERN_BEHIND: u32 = 6;
/// The same, then anything.
pub const PATTERN_BEHIND_HEAD: u32 = 7;
/// In the policy of a resource: its ARN, and its ARN, `/` and anything.
pub const PATTERN_UNDER: u32 = 8;
/// As [`PATTERN_PARTS`], with variables; it matches every resource if one of them has no value (R116).
pub const PATTERN_VOID: u32 = 9;

/// Flag of the floats of a pattern: it has variables.
pub const HAS_VARIABLES: u32 = 1 << 5;

/// Flag of the floats of a pattern with variables: where their values leave it in doubt it matches (R153).
pub const IN_DOUBT: u32 = 1 << 6;

/// Above these bits, the floats of a pattern hold the number of parts that its head stands for.
pub const HEAD_SHIFT: u32 = 8;
/// Above these bits, they hold the part that its tail begins with; 0: it has none.
pub const TAIL_SHIFT: u32 = 16;

/// A part that is `*`.
pub const PART_ALL: u32 = 0;
/// A part without wildcards.
pub const PART_LITERAL: u32 = 1;
/// A part whose only wildcard is a `*` at its end.
pub const PART_PREFIX: u32 = 2;
/// Any other part.
pub const PART_PIECES: u32 = 3;
/// Bits of a part's length.
pub const PART_LEN: u32 = (1 << 30) - 1;

/// Text without wildcards and variables.
pub const TEXT_LITERAL: u32 = 0;
/// Text, then `*`.
pub const TEXT_PREFIX: u32 = 1;
/// A run of pieces.
pub const TEXT_PIECES: u32 = 2;

/// Literal text.
pub const PIECE_LITERAL: u32 = 0;
/// `*`
pub const PIECE_ANY: u32 = 1;
/// `?`
pub const PIECE_ONE: u32 = 2;
/// A variable without default.
pub const PIECE_VARIABLE: u32 = 3;
/// A variable with default.
pub const PIECE_DEFAULT: u32 = 4;
/// Before a run: what is known of it, a [`work::PiecesHead`].
pub const PIECE_HEAD: u32 = 5;
/// Flag of [`PIECE_HEAD`]: some piece is a variable.
pub const HEAD_VARIABLES: u32 = 1 << 3;
/// Where [`work::PiecesHead::rate`] stands in [`PIECE_HEAD`].
pub const HEAD_RATE_SHIFT: u32 = 4;
/// Greatest rate that fits there.
pub const MOST_RATE: u32 = u32::MAX >> HEAD_RATE_SHIFT;

/// Flag of [`Atom::operator`]: a single-valued key of the request is compared with texts that have neither variables nor
/// wildcards, or with truth values.
pub const PLAIN: u32 = 1 << 17;

/// Flag of [`Atom::operator`]: in doubt it holds, for it stands in a `Deny` (R153).
pub const DOUBT: u32 = 1 << 18;

/// Where the type of a key's values stands in [`Key::class`] and in the class of [`Atom::operator`].
pub const KEY_TYPE_SHIFT: u32 = 5;
/// Type of a key: any text is a value.
pub const KEY_TEXT: u32 = 0;
/// Type of a key: addresses.
pub const KEY_ADDRESS: u32 = 1;
/// Type of a key: times.
pub const KEY_DATE: u32 = 2;
/// Type of a key: numbers.
pub const KEY_NUMBER: u32 = 3;
/// Type of a key: truth values.
pub const KEY_BOOL: u32 = 4;

/// Whether an atom of an operator word is [`PLAIN`]; `values` are the kinds of its values and their texts.
pub fn is_plain<'t>(word: u32, mut values: impl Iterator<Item = (u32, &'t [u8])>) -> bool {
    use operator as o;
    // Neither a set operator nor a key that is not the request's, or may be malformed where the operator does not see it.
    const BOOLS: u32 = KEY_BOOL << KEY_TYPE_SHIFT << 24;
    let (operator, rest) = (word & 0xFF, word & 0xFF00_FF00);
    (rest == 0 || (rest == BOOLS && operator == o::BOOL))
        && match operator {
            o::STRING_EQUALS | o::STRING_NOT_EQUALS | o::STRING_LIKE | o::STRING_NOT_LIKE => {
                values.all(|(kind, _)| kind == TEXT_LITERAL)
            }
            o::BOOL => values.all(|v| matches!(v, (TEXT_LITERAL, b"true" | b"false"))),
            _ => false,
        }
}

/// [`Value::mark`] of the text of an atom that is [`PLAIN`]: its last four bytes; 0 when there are less.
pub fn mark(text: &[u8]) -> u32 {
    text.last_chunk().map_or(0, |end| u32::from_le_bytes(*end))
}

/// Values of the operator byte of [`Atom::operator`]; the order is that of IAM's documentation.
pub mod operator {
    /// StringEquals, …
    pub const STRING_EQUALS: u32 = 0;
    /// StringNotEquals
    pub const STRING_NOT_EQUALS: u32 = 1;
    /// StringEqualsIgnoreCase
    pub const STRING_EQUALS_IGNORE_CASE: u32 = 2;
    /// StringNotEqualsIgnoreCase
    pub const STRING_NOT_EQUALS_IGNORE_CASE: u32 = 3;
    /// StringLike
    pub const STRING_LIKE: u32 = 4;
    /// StringNotLike
    pub const STRING_NOT_LIKE: u32 = 5;
    /// NumericEquals
    pub const NUMERIC_EQUALS: u32 = 6;
    /// NumericNotEquals
    pub const NUMERIC_NOT_EQUALS: u32 = 7;
    /// NumericLessThan
    pub const NUMERIC_LESS: u32 = 8;
    /// NumericLessThanEquals
    pub const NUMERIC_LESS_EQUALS: u32 = 9;
    /// NumericGreaterThan
    pub const NUMERIC_GREATER: u32 = 10;
    /// NumericGreaterThanEquals
    pub const NUMERIC_GREATER_EQUALS: u32 = 11;
    /// DateEquals
    pub const DATE_EQUALS: u32 = 12;
    /// DateNotEquals
    pub const DATE_NOT_EQUALS: u32 = 13;
    /// DateLessThan
    pub const DATE_LESS: u32 = 14;
    /// DateLessThanEquals
    pub const DATE_LESS_EQUALS: u32 = 15;
    /// DateGreaterThan
    pub const DATE_GREATER: u32 = 16;
    /// DateGreaterThanEquals
    pub const DATE_GREATER_EQUALS: u32 = 17;
    /// Bool
    pub const BOOL: u32 = 18;
    /// BinaryEquals
    pub const BINARY_EQUALS: u32 = 19;
    /// IpAddress
    pub const IP_ADDRESS: u32 = 20;
    /// NotIpAddress
    pub const NOT_IP_ADDRESS: u32 = 21;
    /// ArnEquals
    pub const ARN_EQUALS: u32 = 22;
    /// ArnLike
    pub const ARN_LIKE: u32 = 23;
    /// ArnNotEquals
    pub const ARN_NOT_EQUALS: u32 = 24;
    /// ArnNotLike
    pub const ARN_NOT_LIKE: u32 = 25;
    /// Null
    pub const NULL: u32 = 26;
}
