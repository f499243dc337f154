//! Resolved policies → normal form.
//!
//! Every rewriting keeps the decision of every request; what each one is and why it may be done is written at its
//! function and collected in `docs/normalization.md`. The result depends on what the program says, not on the order
//! of files or of hash tables. Knows nothing of services and columns: that is `lower`.

mod actions;
mod atoms;
mod condition;
mod document;
mod estate;
pub(crate) mod glob;
pub(crate) mod pool;
mod principals;
mod resources;
#[cfg(test)]
mod tests;

use crate::diag::{self, Diagnostic};
use crate::hir::World;
use crate::limits::Limits;
use crate::nf::NormalForm;
use crate::resolve::Checked;

/// The normal form of a program, unless a statement has none within the limits.
pub fn normalize(checked: &Checked, limits: &Limits) -> (Option<NormalForm>, Vec<Diagnostic>) {
    of_world(checked.world(), limits)
}

fn of_world(world: &World, limits: &Limits) -> (Option<NormalForm>, Vec<Diagnostic>) {
    let mut documents = document::Documents::new(limits);
    let referenced = estate::referenced(world);
    let (order, mut policies): (Vec<usize>, Vec<_>) = world
        .policies
        .iter()
        .enumerate()
        .zip(referenced)
        .filter(|(_, used)| *used)
        .map(|((at, policy), _)| (at, documents.policy(policy)))
        .unzip();
    let diagnostics = std::mem::take(&mut documents.diagnostics);
    if diag::has_errors(&diagnostics) {
        return (None, diagnostics);
    }
    let pools = documents.finish(&mut policies);
    let (policies, at) = estate::sort_policies(order.into_iter().zip(policies).collect(), world);
    (Some(estate::Estate::new(world, &at).finish(pools, policies)), diagnostics)
}
