//! A text that is written piece by piece within a number of bytes, with the names that it has declared so far.

use super::leaves::{letters, numbered};
use crate::rng::Rng;

/// Declared names of one kind: each is a template, and stands for so many names.
#[derive(Default)]
pub struct Names {
    all: Vec<(String, usize)>,
}

impl Names {
    /// Adds one name, or a family.
    pub fn add(&mut self, name: impl Into<String>, count: usize) {
        self.all.push((name.into(), count.max(1)));
    }
}

/// The text so far.
pub struct Writer<'r> {
    pub text: String,
    pub rng: &'r mut Rng,
    pub consts: Names,
    pub actions: Names,
    pub resources: Names,
    pub conditions: Names,
    pub policies: Names,
    pub boundaries: Names,
    pub sessions: Names,
    pub groups: Names,
    pub users: Names,
    /// Whether mistakes are made: most texts have none, so that they reach the later stages.
    pub careless: bool,
    pub organized: bool,
    most: usize,
    /// What every name begins with: long names make suggestions and messages dear.
    prefix: String,
    number: usize,
}

impl<'r> Writer<'r> {
    /// An empty text.
    pub fn new(rng: &'r mut Rng, most: usize) -> Self {
        let careless = rng.chance(20);
        let prefix = match rng.below(6) {
            0 if careless => letters(rng),
            1 => "name".repeat(12),
            _ => "n".into(),
        };
        Writer {
            text: String::new(),
            rng,
            consts: Names::default(),
            actions: Names::default(),
            resources: Names::default(),
            conditions: Names::default(),
            policies: Names::default(),
            boundaries: Names::default(),
            sessions: Names::default(),
            groups: Names::default(),
            users: Names::default(),
            careless,
            organized: false,
            most,
            prefix,
            number: 0,
        }
    }

    /// How many bytes are left.
    pub fn left(&self) -> usize {
        self.most.saturating_sub(self.text.len())
    }

    /// A part of what is left: all, a half, a little.
    pub fn share(&mut self) -> usize {
        // With some room for what is more than its share.
        let left = self.left() * 9 / 10;
        *self.rng.pick(&[left, left / 2, left / 2, left / 4, left / 16, 400])
    }

    /// A name that nothing has yet.
    pub fn fresh(&mut self) -> String {
        self.number += 1;
        format!("{}{}", self.prefix, self.number)
    }

    /// A name of a family: `#` is its number.
    pub fn family(&mut self) -> String {
        format!("{}f#", self.fresh())
    }

    pub fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Writes a piece, and takes it back when there is no room for it.
    pub fn whole(&mut self, piece: impl FnOnce(&mut Self)) {
        let (before, organized) = (self.text.len(), self.organized);
        let declared = self.names().map(|names| names.all.len());
        piece(self);
        if self.text.len() > self.most {
            self.text.truncate(before);
            self.organized = organized;
            self.names().into_iter().zip(declared).for_each(|(names, count)| names.all.truncate(count));
        }
    }

    fn names(&mut self) -> [&mut Names; 9] {
        [
            &mut self.consts,
            &mut self.actions,
            &mut self.resources,
            &mut self.conditions,
            &mut self.policies,
            &mut self.boundaries,
            &mut self.sessions,
            &mut self.groups,
            &mut self.users,
        ]
    }

    /// How many times a template of so many bytes stands in a share, once at least.
    fn times(&mut self, template: &str, share: usize) -> usize {
        let most = share.min(self.left()) / (template.len() + 3);
        most.clamp(1, 30_000)
    }

    /// Repeats a template in a share of the text, each time with another number.
    pub fn fill(&mut self, share: usize, template: &str) {
        let how = self.rng.below(8);
        let times = self.times(template, share);
        for at in 0..times {
            let text = numbered(template, spread(how, at, times));
            self.text.push_str(&text);
        }
    }

    /// Repeats a declaration, whose names count up from 0; how many there are.
    pub fn declare(&mut self, share: usize, template: &str) -> usize {
        let times = self.times(template, share);
        for at in 0..times {
            let at = if self.careless { at - at % 2 } else { at };
            let text = numbered(template, at);
            self.text.push_str(&text);
        }
        times
    }

    /// Repeats a declaration in which `#` is its number and `~` the one before, from 1 on; the last number.
    pub fn chain(&mut self, line: &str, share: usize, most: usize) -> usize {
        let times = (share.min(self.left()) / line.len().max(1)).clamp(1, most);
        for at in 1..=times {
            let text = line.replace('#', &at.to_string()).replace('~', &(at - 1).to_string());
            self.text.push_str(&text);
        }
        times
    }

    /// A list of what a template says, as many as a share of the text holds. Numbers stay where the list itself is a
    /// part of what is repeated.
    pub fn list(&mut self, template: &str, separator: &str, share: usize) -> String {
        let times = self.times(&format!("{template}{separator}"), share);
        let (how, is_outer) = (self.rng.below(8), self.rng.chance(20));
        let one = |at: usize| {
            let at = spread(how, at, times);
            if is_outer { template.replace('#', &format!("{at}9#")) } else { numbered(template, at) }
        };
        (0..times).map(one).collect::<Vec<_>>().join(separator)
    }

    /// A list in which nothing stands twice.
    pub fn distinct(&mut self, template: &str, separator: &str, share: usize) -> String {
        let times = self.times(&format!("{template}{separator}"), share);
        (0..times).map(|at| numbered(template, at)).collect::<Vec<_>>().join(separator)
    }

    /// A declared name, or its family with `#` open in it, and how many there are of it.
    fn declared(&mut self, of: impl Fn(&Self) -> &Names) -> Option<(String, usize)> {
        let names = &of(self).all;
        // What was declared last is used most.
        let at = if self.rng.clone().chance(50) { names.len().checked_sub(1) } else { None };
        let found =
            at.and_then(|at| names.get(at)).or_else(|| names.get(self.number % names.len().max(1))).cloned();
        if self.careless && (found.is_none() || self.rng.chance(10)) {
            // As long as the declared ones and nearly equal.
            return Some((format!("{}#{}", self.prefix, self.rng.word(&["", "1", "x"])), 1_000));
        }
        found
    }

    /// One declared name.
    pub fn used(&mut self, of: impl Fn(&Self) -> &Names) -> Option<String> {
        let (name, count) = self.declared(of)?;
        let at = self.rng.below(count);
        Some(if self.careless { name } else { name.replace('#', &at.to_string()) })
    }

    /// Declared names as a list that takes about so many bytes.
    pub fn used_list(&mut self, of: impl Fn(&Self) -> &Names, share: usize) -> Option<String> {
        let (name, count) = self.declared(of)?;
        let count = count.min(share / (name.len() + 2)).max(1);
        Some((0..count).map(|at| name.replace('#', &at.to_string())).collect::<Vec<_>>().join(", "))
    }
}

/// Numbers of repetitions: most count up; some count down, or repeat, or are all over the place.
fn spread(how: usize, at: usize, times: usize) -> usize {
    match how {
        0 => times - at,
        1 => at % 7,
        2 => at.wrapping_mul(0x9E37_79B1) & 0xFFFF,
        3 => at / 2,
        _ => at,
    }
}
