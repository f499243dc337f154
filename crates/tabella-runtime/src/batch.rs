//! Many requests at once: what one reads of the tables is on its way from memory while others are decided.

use crate::ahead::ahead;
use crate::cells::Place;
use crate::decide::{self, MALFORMED, OWN};
use crate::decision::Decision;
use crate::ids::IdRequest;
use crate::known::ById;
use crate::layout::{CELL_ALLOW, CELL_POLICIES, NONE};
use crate::request::Values;
use crate::tables::Tables;

/// Requests whose cells are looked up together.
const GROUP: usize = 16;

/// Where the second line of an ARN is fetched from.
const ARN_LINE: usize = 48;

/// Values of a context that are fetched.
const VALUES: usize = 2;

/// The walks from a group's sets to their cells, as far as they have come; each step reads where the last one led.
struct Walks {
    /// The set, then its row, then the place of the cell; `NONE`: the walk has ended.
    at: [[u32; OWN]; GROUP],
    /// The cells of walks that have ended.
    cells: [[u32; OWN]; GROUP],
}

impl Walks {
    /// Takes a step of each. `Err`: it ends, with this cell.
    #[inline(always)]
    fn step(&mut self, group: &[IdRequest<'_>], step: impl Fn(u32, &Place) -> Result<u32, u32>) {
        for ((at, cells), request) in self.at.iter_mut().zip(&mut self.cells).zip(group) {
            for (at, cell) in at.iter_mut().zip(cells) {
                if *at == NONE {
                    continue;
                }
                match step(*at, &request.action.place) {
                    Ok(next) => *at = next,
                    Err(end) => (*at, *cell) = (NONE, end),
                }
            }
        }
    }
}

impl Tables<'_> {
    /// Decides requests into `decisions`, as many as both hold; how many they were. Of more decisions the rest is left as it
    /// was: what is not among the first so many answers nothing. Ids as for [`Tables::decide_ids`].
    ///
    /// Requests are taken in groups whose cells are looked up together, so that the waits for memory overlap. What the next
    /// groups will read first is fetched meanwhile.
    pub fn decide_batch(&self, requests: &[IdRequest<'_>], decisions: &mut [Decision]) -> usize {
        let behind = |count: usize| requests.get(count..).unwrap_or_default().iter();
        let (mut next, mut later, mut last) = (behind(GROUP), behind(2 * GROUP), behind(3 * GROUP));
        for (group, out) in requests.chunks(GROUP).zip(decisions.chunks_mut(GROUP)) {
            let cells = self.cells_of(group);
            for ((request, decision), cells) in group.iter().zip(out).zip(&cells) {
                if let Some(request) = last.next() {
                    // Both of its lines.
                    ahead(request);
                    ahead(&request.action);
                }
                if let Some(request) = later.next() {
                    let arn = request.resource.as_bytes();
                    arn.first().into_iter().for_each(ahead);
                    arn.get(ARN_LINE).into_iter().for_each(ahead);
                    request.context.entries().first().into_iter().for_each(ahead);
                }
                if let Some(request) = next.next() {
                    for set in request.principal.sets {
                        self.word_ahead(set, &request.action.place);
                    }
                    for (_, values) in request.context.entries().iter().take(VALUES) {
                        if let Values::One(text) = values {
                            text.as_bytes().first().into_iter().for_each(ahead);
                        }
                    }
                }
                let known = ById::new(self, request);
                *decision = known.map_or(MALFORMED, |known| decide::decided(self, known, Some(cells)));
            }
        }
        requests.len().min(decisions.len())
    }

    /// The cells of the callers' own sets, as [`Tables::own_cells`] has them, step by step for all of them.
    #[inline(never)]
    fn cells_of(&self, group: &[IdRequest<'_>]) -> [[u32; OWN]; GROUP] {
        // A layer that does not bind is as good as one that allows. No set, row or place of a cell is `NONE`.
        let mut walks = Walks { at: [[NONE; OWN]; GROUP], cells: [[CELL_ALLOW; OWN]; GROUP] };
        for (at, request) in walks.at.iter_mut().zip(group) {
            *at = request.principal.sets;
        }
        walks.step(group, |set, place| {
            let word = self.word(set, place).ok_or(CELL_POLICIES)?;
            let row = self.row(&word, place).ok_or_else(|| self.default_cell(set))?;
            self.rows.ahead(row);
            Ok(row as u32)
        });
        walks.step(group, |index, place| {
            let row = self.rows.get(index as usize).ok_or(CELL_POLICIES)?;
            row.uniform(place).map_or(Ok(()), Err)?;
            self.columns_ahead(&row, place);
            Ok(index)
        });
        walks.step(group, |index, place| {
            let row = self.rows.get(index as usize).ok_or(CELL_POLICIES)?;
            let at = self.cell_of(&row, place).ok_or(CELL_POLICIES)?;
            self.cells.ahead(at);
            // A place that is no number here is left to the policies.
            u32::try_from(at).ok().filter(|at| *at != NONE).ok_or(CELL_POLICIES)
        });
        walks.step(group, |at, _| Err(self.cells.get(at as usize).map_or(CELL_POLICIES, |cell| cell.word)));
        walks.cells
    }
}
