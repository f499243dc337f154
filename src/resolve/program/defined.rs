//! What named sets and conditions say, one by one, so that the lints can look at it where it stands, once and whether or not
//! anybody uses it. Reports nothing: all of it was resolved before.

use super::Shared;
use crate::hir::{PolicyKind, Version};
use crate::resolve::cx::{Cx, Sink};
use crate::resolve::lint::Defined;
use crate::syntax::ast::Lexeme;

/// Members of sets, names of other sets left out, and conditions.
pub fn all<'a>(shared: &'a Shared<'a>) -> impl Iterator<Item = Defined> + 'a {
    let items = shared.items;
    let actions = items.actions.list.iter().flat_map(|(_, (named, _))| &named.value);
    let resources = items.resources.list.iter().flat_map(|(_, (named, _))| &named.value);
    let actions = actions.filter(is_member).filter_map(|word| {
        let mut sink = Sink::new(shared.limits);
        let mut cx = cx(shared, &mut sink);
        let text = cx.text(word)?;
        Some(Defined::Action(cx.action_text(&text, word.span)?, word.span))
    });
    let resources = resources.filter(is_member).filter_map(|word| {
        let mut sink = Sink::new(shared.limits);
        let mut cx = cx(shared, &mut sink);
        let text = cx.text(word)?;
        let pattern = cx.resource_text(&text, word.span, PolicyKind::Identity, Version::V2012)?;
        Some(Defined::Resource(pattern, word.span))
    });
    let conditions = items.conditions.list.iter().filter_map(|(name, _)| {
        let memo = shared.names.memo.borrow();
        let known = memo.conditions.get(&(name.clone(), false, Version::V2012))?;
        Some(Defined::Condition(known.condition.clone()?))
    });
    actions.chain(resources).chain(conditions)
}

fn is_member(word: &&Lexeme) -> bool {
    !Cx::is_set_name(word)
}

fn cx<'a>(shared: &Shared<'a>, sink: &'a mut Sink) -> Cx<'a> {
    Cx { names: Some(shared.names), ..Cx::bare(shared.limits, sink) }
}
