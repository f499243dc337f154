//! The fast path: the cell of a set for an action.

use crate::ahead::ahead;
use crate::asked::Asked;
use crate::items::{Layer, Testable};
use crate::layout::{
    Action, CELL_DENY, CELL_NOT_ON, CELL_ON, CELL_POLICIES, CELL_PROGRAM, CELL_UNLESS, NONE, Row,
    ServiceWord, UNIFORM, WORD_SERVICES,
};
use crate::policies::Verdict;
use crate::tables::Tables;

/// Where the cells of an action stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Place {
    /// Which word of a set has the action's service.
    word: u32,
    /// Its bit in that word; 0: no service of the tables, which no set has a row for.
    bit: u32,
    /// Column in the rows of the service; `NONE`: none of them, which no row has.
    pub column: u32,
}

impl Place {
    /// An action of the tables.
    #[inline(always)]
    pub fn of(action: &Action) -> Self {
        Place::new(action.service, action.column)
    }

    #[inline(always)]
    pub fn new(service: u32, column: u32) -> Self {
        Place { word: service / WORD_SERVICES, bit: 1 << (service % WORD_SERVICES), column }
    }

    /// An action of a service that the tables do not know.
    pub const fn nowhere(column: u32) -> Self {
        Place { word: 0, bit: 0, column }
    }

    /// One bit of 64 for its service; all of them for one that the tables do not know.
    #[inline(always)]
    pub fn service_bit(&self) -> u64 {
        if self.bit == 0 { u64::MAX } else { service_bits(self.word, self.bit) }
    }
}

/// The bits of 64 for services of a word.
#[inline(always)]
fn service_bits(word: u32, bits: u32) -> u64 {
    u64::from(bits) << (word % WORD_SERVICES * WORD_SERVICES)
}

/// The bits of a column that takes 1, 2, 4, 8 and 16 of them. No row takes others.
const MASKS: [u32; 8] = [1, 3, 15, 255, 0xFFFF, 0, 0, 0];

impl Row {
    /// The cell of all columns, if they have the same.
    #[inline(always)]
    pub(crate) fn uniform(&self, place: &Place) -> Option<u32> {
        let cell = if place.column == NONE { CELL_POLICIES } else { self.palette };
        (self.shape == UNIFORM).then_some(cell)
    }

    /// Where in `Shapes` the palette index of a column stands, and from which bit of the two bytes.
    #[inline(always)]
    fn at(&self, column: u32) -> (usize, u32) {
        let bit = u64::from(column) << (self.shape & 7);
        ((self.shape >> 3) as usize + (bit >> 4) as usize, bit as u32 & 15)
    }
}

impl ServiceWord {
    /// Which services have a row.
    #[inline(always)]
    pub(crate) fn bits(&self) -> u8 {
        self.word as u8
    }

    /// The row of the first that has one.
    #[inline(always)]
    pub(crate) fn first_row(&self) -> usize {
        (self.word >> WORD_SERVICES) as usize
    }
}

/// How many bits of a byte are set. Not every machine has an instruction for it.
const ONES: [u8; 256] = {
    let mut ones = [0; 256];
    let mut byte = 1;
    while byte < ones.len() {
        ones[byte] = ones[byte / 2] + (byte & 1) as u8;
        byte += 1;
    }
    ones
};

/// The cell of a set, step by step: each step reads where the last one led.
impl Tables<'_> {
    #[inline(always)]
    pub(crate) fn word(&self, set: u32, place: &Place) -> Option<ServiceWord> {
        // The sets of ids are those of other tables, maybe.
        let at = u64::from(set) * u64::from(self.meta.stride) + u64::from(place.word);
        self.set_services.get(usize::try_from(at).ok()?)
    }

    /// The row of the service; `None`: there is none.
    #[inline(always)]
    pub(crate) fn row(&self, word: &ServiceWord, place: &Place) -> Option<usize> {
        let below = word.bits() & place.bit.wrapping_sub(1) as u8;
        (word.word & place.bit != 0)
            .then(|| word.first_row() + usize::from(ONES.get(below as usize).copied().unwrap_or(0)))
    }

    /// The cell of services without a row. A set that has no rows leaves all to the per-policy tables.
    #[inline(always)]
    pub(crate) fn default_cell(&self, set: u32) -> u32 {
        self.sets.get(set as usize).map_or(CELL_POLICIES, |set| set.default)
    }

    /// The services that some cell of a set may deny: those with a row, or all, if its default is another than none or allow.
    pub(crate) fn denied_services(&self, set: u32) -> u64 {
        if set == NONE {
            return 0;
        }
        if self.default_cell(set) >= CELL_DENY {
            return u64::MAX;
        }
        let stride = self.meta.stride;
        let words = self.set_services.run(set.saturating_mul(stride), stride);
        (0..).zip(words).fold(0, |all, (word, row)| all | service_bits(word, row.bits().into()))
    }

    /// Begins to fetch what [`Self::word`] reads; nothing without a set.
    #[inline(always)]
    pub(crate) fn word_ahead(&self, set: u32, place: &Place) {
        let of_set = (set as usize).wrapping_mul(self.meta.stride as usize);
        self.set_services.ahead(of_set.wrapping_add(place.word as usize));
    }

    /// Begins to fetch what [`Self::cell_of`] reads of a row.
    #[inline(always)]
    pub(crate) fn columns_ahead(&self, row: &Row, place: &Place) {
        self.shapes.get(row.at(place.column).0).into_iter().for_each(ahead);
    }

    /// Where in `Cells` the cell stands; `None`: the action is no column.
    #[inline(always)]
    pub(crate) fn cell_of(&self, row: &Row, place: &Place) -> Option<usize> {
        let (at, shift) = row.at(place.column);
        let columns = u32::from(u16::from_le_bytes(*self.shapes.get(at)?));
        let mask = MASKS.get((row.shape & 7) as usize).copied().unwrap_or(0);
        Some(row.palette as usize + (columns >> shift & mask) as usize)
    }

    /// The cell of a set for an action; [`CELL_POLICIES`]: the per-policy tables know.
    #[inline(always)]
    pub(crate) fn cell(&self, set: u32, place: &Place) -> u32 {
        let Some(word) = self.word(set, place) else { return CELL_POLICIES };
        let Some(row) = self.row(&word, place) else { return self.default_cell(set) };
        let Some(row) = self.rows.get(row) else { return CELL_POLICIES };
        if let Some(cell) = row.uniform(place) {
            return cell;
        }
        let Some(at) = self.cell_of(&row, place) else { return CELL_POLICIES };
        self.cells.get(at).map_or(CELL_POLICIES, |cell| cell.word)
    }
}

impl Asked<'_> {
    /// What a set says of the request.
    pub fn set(&self, index: u32, layer: Layer) -> Verdict {
        self.verdict(index, self.tables.cell(index, &self.place), layer, true)
    }

    /// What a set says whose cell is known. Without `allows` only its denies count: it may say that it does not allow
    /// when it does.
    #[inline(always)]
    pub fn verdict(&self, index: u32, cell: u32, layer: Layer, allows: bool) -> Verdict {
        match cell {
            ..CELL_PROGRAM => Verdict::constant(cell),
            CELL_PROGRAM..CELL_ON => self.program(cell - CELL_PROGRAM, layer, allows),
            CELL_ON..CELL_NOT_ON if allows && self.pattern((cell - CELL_ON) as usize) => Verdict::ALLOWED,
            CELL_ON..CELL_NOT_ON => Verdict::NONE,
            CELL_NOT_ON..CELL_UNLESS if self.pattern((cell - CELL_NOT_ON) as usize) => Verdict::DENIED,
            CELL_NOT_ON..CELL_UNLESS => Verdict::ALLOWED,
            CELL_UNLESS..CELL_POLICIES if self.atom((cell - CELL_UNLESS) as usize) => Verdict::DENIED,
            CELL_UNLESS..CELL_POLICIES => Verdict::ALLOWED,
            CELL_POLICIES => self.set_by_policies(index, layer),
        }
    }
}
