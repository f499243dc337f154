//! The shapes of records.

#[allow(unused_imports, reason = "for links of the documentation")]
use super::*;

/// A record of 32-bit words.
pub trait Record: Copy {
    /// Its bytes: an array of `SIZE`.
    type Bytes;
    /// Bytes.
    const SIZE: usize;
    /// Cuts a section into records; what is left over at its end is none.
    fn cut(bytes: &[u8]) -> &[Self::Bytes];
    /// The record of its bytes.
    fn read(bytes: &Self::Bytes) -> Self;
}

/// What a field of a record is: a word or several.
trait Field: Copy {
    const WORDS: usize;
    fn read(words: &mut impl Iterator<Item = u32>) -> Self;
    fn words(&self) -> &[u32];
}

impl Field for u32 {
    const WORDS: usize = 1;

    #[inline(always)]
    fn read(words: &mut impl Iterator<Item = u32>) -> Self {
        words.next().unwrap_or_default()
    }

    fn words(&self) -> &[u32] {
        core::slice::from_ref(self)
    }
}

impl<const N: usize> Field for [u32; N] {
    const WORDS: usize = N;

    #[inline(always)]
    fn read(words: &mut impl Iterator<Item = u32>) -> Self {
        // A loop is taken apart where nobody asks for the field.
        let mut out = [0; N];
        for word in &mut out {
            *word = u32::read(words);
        }
        out
    }

    fn words(&self) -> &[u32] {
        self
    }
}

/// The type of a field that has a number of words, or none given.
macro_rules! field {
    () => {
        u32
    };
    ($words:literal) => {
        [u32; $words]
    };
}

macro_rules! records {
    ($($(#[$doc:meta])* $name:ident { $($(#[$fdoc:meta])* $field:ident $([$words:literal])?,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        pub struct $name { $($(#[$fdoc])* pub $field: field!($($words)?),)* }

        impl $name {
            /// Bytes of the record.
            pub const SIZE: usize = 4 * (0 $(+ <field!($($words)?) as Field>::WORDS)*);

            /// Its bytes.
            pub fn bytes(&self) -> [u8; Self::SIZE] {
                let mut out = [0; Self::SIZE];
                let fields = [$(self.$field.words(),)*];
                for (to, word) in out.as_chunks_mut().0.iter_mut().zip(fields.into_iter().flatten()) {
                    *to = word.to_le_bytes();
                }
                out
            }
        }

        impl Record for $name {
            type Bytes = [u8; $name::SIZE];
            const SIZE: usize = $name::SIZE;

            fn cut(bytes: &[u8]) -> &[Self::Bytes] {
                bytes.as_chunks().0
            }

            #[inline(always)]
            fn read(bytes: &Self::Bytes) -> Self {
                let (words, _) = bytes.as_chunks::<4>();
                let mut words = words.iter().map(|word| u32::from_le_bytes(*word));
                $name { $($field: Field::read(&mut words),)* }
            }
        }
    )*};
}

records! {
    /// A single index.
    Word {
        /// The word.
        word,
    }
    /// What belongs to no other section.
    Meta {
        /// Low half of the seed of all hashes.
        seed_low,
        /// High half.
        seed_high,
        /// The organization's id, `NONE` without organization.
        organization,
        /// Its bytes.
        organization_len,
        /// [`ServiceWord`]s of each set.
        stride,
        /// So many of the first `Atoms` are kept: a decision evaluates each once. At most [`KEPT_ATOMS`].
        kept,
    }
    /// A service.
    Service {
        /// Lower-case prefix.
        prefix,
        /// Its bytes.
        prefix_len,
        /// Number of columns.
        columns,
        /// Zero.
        reserved,
    }
    /// An action; a slot nobody uses has an empty name.
    Action {
        /// Lower-case `service:name`.
        name,
        /// Its bytes; the top bits are [`WILDCARD_ONLY`], [`OWN_RULES`] and [`ON_IDENTITIES`].
        name_len,
        /// Index into `Services`.
        service,
        /// Column.
        column,
        /// The name's bytes, four in each word, then zeros; all zeros when there are more.
        text[12],
    }
    /// A user or role, what decisions ask of it; a slot nobody uses has an empty ARN.
    Principal {
        /// Bytes of its ARN.
        arn_len,
        /// [`IS_ROLE`], [`SERVICE_LINKED`], [`MALFORMED`], [`INLINE`], [`BOUNDED`].
        flags,
        /// Identity layer, index into `Sets`.
        identity,
        /// The boundary layer that binds it, or `NONE`.
        boundary,
        /// SCP layer that binds it (R43, R137), or `NONE`.
        scps,
        /// The account's digits, four bytes in each word.
        digits[3],
        /// With [`INLINE`] the bytes of its ARN behind the account, likewise, then zeros.
        tail[8],
    }
    /// What else there is to know of the principal in the same slot.
    Detail {
        /// ARN, as long as `Principal` says.
        arn,
        /// Name without path.
        name,
        /// Its bytes.
        name_len,
        /// Unique id, may be empty.
        unique_id,
        /// Its bytes.
        unique_id_len,
        /// Index into `Accounts`.
        account,
        /// First of `Tags`.
        tags,
        /// Number of tags.
        tags_len,
        /// ARN of its boundary, may be empty.
        boundary,
        /// Its bytes.
        boundary_len,
    }
    /// A slot of an open-addressing table; empty when `index` is 0.
    Slot {
        /// High half of the hash.
        tag,
        /// Index + 1.
        index,
    }
    /// A tag of a principal.
    Tag {
        /// Lower-case key.
        key,
        /// Its bytes.
        key_len,
        /// Value.
        value,
        /// Its bytes.
        value_len,
    }
    /// An account.
    Account {
        /// Twelve digits.
        id,
        /// Its bytes (12).
        id_len,
        /// [`IN_ORGANIZATION`], [`MANAGEMENT`].
        flags,
        /// SCP layer or `NONE`.
        scps,
        /// RCP layer or `NONE`.
        rcps,
        /// `aws:PrincipalOrgPaths`.
        path,
        /// Its bytes.
        path_len,
        /// Zero.
        reserved,
    }
    /// A resource with a policy of its own, in a slot by its ARN; one nobody uses has an empty ARN. A role's trust policy has
    /// another slot than a resource policy of the same role.
    Resource {
        /// ARN.
        arn,
        /// Its bytes.
        arn_len,
        /// Its layer, index into `Sets`.
        set,
        /// One of `Sets` that has the same cells: resources whose policies say the same have one.
        alike,
        /// [`TRUST`], [`INLINE`].
        flags,
        /// The owner's twelve digits, that of a declared account; zeros without owner.
        digits[3],
        /// With [`INLINE`] the bytes of its ARN behind `RESOURCE_HEAD`, then zeros.
        tail[8],
    }
    /// An access point of S3 and the bucket behind it.
    AccessPoint {
        /// ARN, without an object.
        arn,
        /// Its bytes.
        arn_len,
        /// ARN of the bucket, in the same partition.
        bucket,
        /// Its bytes, at most `BUCKET_BYTES`.
        bucket_len,
        /// [`OF_VPC`].
        flags,
        /// With [`OF_VPC`] the id of the VPC; empty when it is not known.
        vpc,
        /// Its bytes.
        vpc_len,
        /// The twelve digits of the bucket's owner, of any account.
        owner[3],
    }
    /// A name and what it stands for.
    Named {
        /// Name.
        name,
        /// Its bytes.
        name_len,
        /// Index of what it names.
        target,
        /// Zero.
        reserved,
    }
    /// A condition key.
    Key {
        /// Lower-case name.
        name,
        /// Its bytes.
        name_len,
        /// Where its value comes from, see `KeyClass` | type of its values << [`super::KEY_TYPE_SHIFT`].
        class,
        /// [`super::key_mark`] in each byte.
        mark,
        /// The first and the last sixteen bytes of a name of 16 to 32; of one of 8 to 15 the first and the last eight, twice;
        /// of others zeros.
        ends[8],
        /// The bit that makes the two cases of a letter, where there is one.
        cases[8],
    }
    /// A policy set.
    Set {
        /// First of `Levels`.
        levels,
        /// Number of levels.
        levels_len,
        /// Cell of services without a row.
        default,
        /// At least the steps of what it says of any request, see [`super::work`].
        cost,
    }
    /// Eight services of a set.
    ServiceWord {
        /// Bit by bit which of them have a row | row of the first that has one << [`WORD_SERVICES`].
        word,
    }
    /// A run of another section.
    Run {
        /// First element.
        start,
        /// Number of elements.
        len,
    }
    /// The cells of one service in one set.
    Row {
        /// Where its packed columns begin in `Shapes` << 3 | log2 of the bits a column takes (0..=4), or [`UNIFORM`].
        shape,
        /// First cell of the palette; of a uniform row, its cell.
        palette,
    }
    /// What stands before packed columns.
    Shape {
        /// Columns << 8 | log2 of the bits a column takes.
        columns,
        /// Greatest palette index in it.
        greatest,
    }
    /// One test of a residual program.
    Item {
        /// [`ITEM_DENY`], [`ITEM_LEVEL`], [`ITEM_LAST`], [`ITEM_NEVER`]; the steps of its program from it on <<
        /// [`ITEM_COST_SHIFT`].
        flags,
        /// Tagged reference to `PrincipalEntries`; 0 = everybody.
        principals,
        /// Tagged reference to `Patterns` or `ResourceLists`; 0 = everything.
        resources,
        /// Tagged reference to `Atoms` or `ConditionLists`; 0 = true.
        condition,
    }
    /// An entry of a list of principals.
    PrincipalEntry {
        /// `PRINCIPAL_…`; the top bit ends the list.
        kind,
        /// What is compared.
        text,
        /// Its bytes.
        text_len,
    }
    /// An ARN pattern.
    Pattern {
        /// `PATTERN_…`.
        kind,
        /// First byte or first piece, as the kind says.
        whole,
        /// Bytes or pieces.
        whole_len,
        /// Bit i: part i ends in `*` (R68). Bits 0 to 4. From bit 8 on: number of parts in the head. From bit 16 on:
        /// first part of the tail.
        floats,
        /// First part: first byte or first piece.
        part_0,
        /// `PART_…` << 30 | bytes or pieces.
        part_0_len,
        /// Second part.
        part_1,
        /// Likewise.
        part_1_len,
        /// Third part.
        part_2,
        /// Likewise.
        part_2_len,
        /// Fourth part.
        part_3,
        /// Likewise.
        part_3_len,
        /// Fifth part.
        part_4,
        /// Likewise.
        part_4_len,
        /// Sixth part.
        part_5,
        /// Likewise.
        part_5_len,
    }
    /// An action pattern: a text or a template.
    Text {
        /// `TEXT_…`.
        kind,
        /// First byte or first piece.
        start,
        /// Bytes or pieces.
        len,
        /// [`service_hash`] of the pattern.
        service,
    }
    /// A piece of a template.
    Piece {
        /// `PIECE_…`; of a variable, its key << 3 too; of a head, see [`work::PiecesHead`].
        kind,
        /// Text, or the default of a variable.
        text,
        /// Its bytes.
        text_len,
    }
    /// A condition atom.
    Atom {
        /// Operator | quantifier << 8 | `IfExists` << 16 | [`PLAIN`] | [`DOUBT`] | class and type of the key << 24.
        operator,
        /// Index into `Keys`.
        key,
        /// First of `Values`.
        values,
        /// Number of values.
        values_len,
    }
    /// A value of an atom; the operator says which.
    Value {
        /// `TEXT_…`; 0/1 for Null; prefix length << 8 | 4 or 6 for networks; nanoseconds for dates.
        kind,
        /// First byte (strings or blobs), first piece, pattern, or low half of the seconds.
        a,
        /// Bytes, pieces, or high half of the seconds.
        b,
        /// [`mark`] of the text, if the atom is [`PLAIN`].
        mark,
    }
    /// A policy.
    Policy {
        /// Name for reports.
        name,
        /// Its bytes.
        name_len,
        /// First of `Statements`.
        statements,
        /// Number of statements.
        statements_len,
        /// Steps of all of them, see [`super::work`].
        cost,
    }
    /// A statement.
    Statement {
        /// [`ITEM_DENY`], [`ITEM_NEVER`].
        flags,
        /// Tagged reference to `ActionTexts` or `ActionLists`; 0 = every action.
        actions,
        /// [`service_bit`]s of those actions; all bits when it names those it does not apply to.
        services,
        /// As in [`Item`].
        principals,
        /// As in [`Item`].
        resources,
        /// As in [`Item`]; the tag of a list that asks for kept atoms is [`REF_KEPT`].
        condition,
    }
    /// Where a statement comes from. Text is in `ProvenanceStrings`.
    Provenance {
        /// `Sid`.
        sid,
        /// Its bytes; `NONE` without a Sid.
        sid_len,
        /// File; empty = none.
        file,
        /// Its bytes.
        file_len,
        /// Line.
        line,
        /// Column.
        column,
    }
}
