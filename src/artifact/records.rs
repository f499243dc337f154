//! Tables to the records of each section.

mod atoms;
mod named;

use super::bytes::Sections;
use super::hashes::{self, Perfect};
use super::kept::Kept;
use super::pools::{Bytes, Runs, index};
use super::program::{Reference, References};
use super::template::Templates;
use super::{Failure, WriteOptions};
use crate::hir::{Effect, IdentityKind, Piece, Value};
use crate::lower::tables::{Account, Cell, Pattern, Policy, PolicySet, Principal, Row, Tables, ValueType};
use hashbrown::{HashMap, HashSet};
use rapidhash::v3::RapidSecrets;
use std::collections::BTreeSet;
use tabella_runtime::layout::work::PRINCIPAL_TAGS;
use tabella_runtime::layout::{self, NONE, Section};
use tabella_runtime::limits::GOVERNING_POLICIES;

/// All sections.
pub(super) fn sections(tables: &Tables, kept: &Kept, options: &WriteOptions) -> Result<Sections, Failure> {
    let mut w = Writer {
        t: tables,
        kept,
        out: Sections::new(),
        templates: Templates { keys: keys(tables), ..Templates::default() },
        blobs: Bytes::default(),
        patterns: Vec::new(),
        resources: Vec::new(),
        palettes: Vec::new(),
        shapes: Vec::new(),
        rows: Runs::default(),
    };
    for pattern in &tables.patterns {
        let record = w.templates.resource_pattern(pattern)?;
        w.patterns.push(record);
    }
    let references = References::new(tables, kept, &mut w.templates)?;
    w.keys()?;
    w.atoms()?;
    w.services()?;
    w.accounts()?;
    w.governed()?;
    w.access_points()?;
    w.names()?;
    w.sets(&references)?;
    w.policies(&references, options)?;
    w.hashed()?;
    w.references(references);
    w.pools();
    Ok(w.out)
}

struct Writer<'t> {
    t: &'t Tables,
    kept: &'t Kept,
    out: Sections,
    templates: Templates,
    blobs: Bytes,
    patterns: Vec<layout::Pattern>,
    resources: Vec<layout::Resource>,
    /// Where each palette begins, and its first cell.
    palettes: Vec<(u32, u32)>,
    /// What rows say of each shape, and the greatest index in it.
    shapes: Vec<(u32, u32)>,
    /// Runs of rows: where sets say the same in eight services, they share them.
    rows: Runs<layout::Row>,
}

/// Words of services of each set.
fn stride(t: &Tables) -> Result<u32, Failure> {
    index(t.services.len().div_ceil(layout::WORD_SERVICES as usize).max(1))
}

/// Condition keys, those of variables included.
fn keys(t: &Tables) -> Vec<String> {
    let mut keys: BTreeSet<&str> = t.keys.iter().map(String::as_str).collect();
    let texts = t.atoms.iter().flat_map(|a| &a.values).filter_map(|v| match v {
        Value::Text(text) | Value::Bool(text) => Some(text),
        _ => None,
    });
    for template in t.patterns.iter().filter_map(Pattern::whole).chain(texts) {
        for piece in &template.pieces {
            if let Piece::Variable { key, .. } = piece {
                keys.insert(key);
            }
        }
    }
    // R152: asked for whenever a request goes through an access point that names its VPC.
    if t.access_points.iter().any(|p| p.vpc.as_ref().is_some_and(|vpc| !vpc.is_empty())) {
        keys.insert("aws:sourcevpc");
    }
    // R147: asked for whenever a request came through an endpoint.
    keys.extend(["aws:sourceip", "aws:sourcevpce"]);
    keys.into_iter().map(String::from).collect()
}

impl<'t> Writer<'t> {
    fn text(&mut self, text: &str) -> Result<(u32, u32), Failure> {
        self.templates.strings.add(text.as_bytes())
    }

    fn keys(&mut self) -> Result<(), Failure> {
        for key in self.templates.keys.clone() {
            let (name, name_len) = self.text(&key)?;
            let class = self.key_kind(&key);
            let (mark, ends, cases) = layout::key_words(&key);
            self.out.push(Section::Keys, &layout::Key { name, name_len, class, mark, ends, cases }.bytes());
        }
        Ok(())
    }

    /// Where the value of a key comes from, and of which type it is.
    fn key_kind(&self, key: &str) -> u32 {
        let typed = &self.t.typed_keys;
        let found =
            typed.binary_search_by(|(name, _)| name.as_str().cmp(key)).ok().and_then(|at| typed.get(at));
        let ty = match found.map(|(_, ty)| ty) {
            None => layout::KEY_TEXT,
            Some(ValueType::Address) => layout::KEY_ADDRESS,
            Some(ValueType::Date) => layout::KEY_DATE,
            Some(ValueType::Number) => layout::KEY_NUMBER,
            Some(ValueType::Bool) => layout::KEY_BOOL,
        };
        tabella_runtime::key_class(key) | ty << layout::KEY_TYPE_SHIFT
    }

    fn services(&mut self) -> Result<(), Failure> {
        for service in &self.t.services {
            let (prefix, prefix_len) = self.text(&service.prefix)?;
            let columns = index(service.actions.len())?;
            let record = layout::Service { prefix, prefix_len, columns, reserved: 0 };
            self.out.push(Section::Services, &record.bytes());
        }
        Ok(())
    }

    fn accounts(&mut self) -> Result<(), Failure> {
        for account in &self.t.accounts {
            let (id, id_len) = self.text(&account.id)?;
            let (path, path_len) = self.text(&account.org_path)?;
            let record = layout::Account { id, id_len, path, path_len, ..layers(account) };
            self.out.push(Section::Accounts, &record.bytes());
        }
        Ok(())
    }

    fn governed(&mut self) -> Result<(), Failure> {
        self.few_govern()?;
        // For cells that are the same, the set of the first resource that has them.
        let mut first = HashMap::new();
        for resource in &self.t.resources {
            let (arn, arn_len) = self.text(&resource.arn)?;
            let cells = self.t.sets.get(resource.set as usize).map(|set| cells_of(set, self.kept));
            let owner = resource.account.and_then(|a| self.t.accounts.get(a as usize));
            let tail = layout::resource_words(&resource.arn);
            let trust = if resource.trust { layout::TRUST } else { 0 };
            self.resources.push(layout::Resource {
                arn,
                arn_len,
                set: resource.set,
                alike: *first.entry(cells).or_insert(resource.set),
                flags: trust | if tail.is_some() { layout::INLINE } else { 0 },
                digits: owner.and_then(|a| layout::digit_words(&a.id)).unwrap_or_default(),
                tail: tail.unwrap_or_default(),
            });
        }
        Ok(())
    }

    /// Requests on what more policies govern would be denied.
    fn few_govern(&self) -> Result<(), Failure> {
        let of = |trust| self.t.resources.iter().filter(move |r| r.trust == trust).map(|r| r.arn.as_str());
        let (governed, trusting): (HashSet<&str>, HashSet<&str>) = (of(false).collect(), of(true).collect());
        for arn in governed.union(&trusting) {
            let heads = arn.match_indices(['/', ':']).map(|(at, _)| arn.get(..at).unwrap_or_default());
            let policies = heads.chain([*arn]).filter(|head| governed.contains(head)).count();
            if policies + usize::from(trusting.contains(arn)) > GOVERNING_POLICIES {
                let what = format!("more than {GOVERNING_POLICIES} resource policies govern `{arn}`");
                return Err(Failure::Size(what));
            }
        }
        Ok(())
    }

    fn sets(&mut self, references: &References) -> Result<(), Failure> {
        self.palettes = self.cells(references)?;
        self.shapes = self.shapes()?;
        for set in &self.t.sets {
            let levels = self.out.count(Section::Levels)?;
            for level in &set.levels {
                let run =
                    layout::Run { start: self.out.count(Section::LevelPolicies)?, len: index(level.len())? };
                self.out.push(Section::Levels, &run.bytes());
                for policy in level {
                    self.out.push(Section::LevelPolicies, &policy.to_le_bytes());
                }
            }
            let tabled = cells_of(set, self.kept);
            let default =
                tabled.map_or(Ok(layout::CELL_POLICIES), |(_, default)| references.cell(default))?;
            let record = layout::Set { levels, levels_len: index(set.levels.len())?, default, cost: 0 };
            self.out.push(Section::Sets, &record.bytes());
            self.services_of(tabled.map_or(&[], |(rows, _)| rows))?;
        }
        let rows = std::mem::take(&mut self.rows).all;
        rows.iter().for_each(|row| self.out.push(Section::Rows, &row.bytes()));
        Ok(())
    }

    /// Palettes one after the other. A lone cell is that of uniform rows, which hold it themselves.
    fn cells(&mut self, references: &References) -> Result<Vec<(u32, u32)>, Failure> {
        let mut palettes = Vec::new();
        for palette in &self.t.palettes {
            let first = palette.first().map_or(Ok(layout::CELL_NONE), |cell| references.cell(*cell))?;
            palettes.push((self.out.count(Section::Cells)?, first));
            for cell in palette.iter().filter(|_| palette.len() > 1) {
                self.out.push(Section::Cells, &references.cell(*cell)?.to_le_bytes());
            }
        }
        Ok(palettes)
    }

    /// The words of a set, and its rows.
    fn services_of(&mut self, rows: &[Row]) -> Result<(), Failure> {
        let mut rows: Vec<&Row> = rows.iter().collect();
        rows.sort_by_key(|r| r.service);
        let mut rows = rows.into_iter().peekable();
        let mut run = Vec::with_capacity(layout::WORD_SERVICES as usize);
        for word in 0..stride(self.t)? {
            let mut bits = 0;
            run.clear();
            while let Some(row) = rows.next_if(|r| r.service / layout::WORD_SERVICES == word) {
                let bit = 1 << (row.service % layout::WORD_SERVICES);
                if bits & bit != 0 {
                    return Err(Failure::Refused(format!("two rows for service {}", row.service)));
                }
                bits |= bit;
                run.push(self.row(row)?);
            }
            let record = layout::ServiceWord { word: bits | self.run(&run)? << layout::WORD_SERVICES };
            self.out.push(Section::SetServices, &record.bytes());
        }
        match rows.next() {
            Some(row) => Err(Failure::Refused(format!("there is no service {}", row.service))),
            None => Ok(()),
        }
    }

    fn row(&self, row: &Row) -> Result<layout::Row, Failure> {
        // Decisions rely on it: a column is looked up without asking how many there are.
        let columns = self.t.services.get(row.service as usize).map(|s| s.actions.len());
        if columns != self.t.shapes.get(row.shape as usize).map(Vec::len) {
            return Err(Failure::Refused(format!("a row with other columns than service {}", row.service)));
        }
        let palette = self.palettes.get(row.palette as usize).copied();
        let (palette, cell) = palette.ok_or_else(|| Failure::Refused("a row without palette".into()))?;
        let shape = self.shapes.get(row.shape as usize).copied();
        let (shape, greatest) = shape.ok_or_else(|| Failure::Refused("a row without shape".into()))?;
        // Behind a palette stands another: a column beyond it would read that one's cells.
        let cells = self.t.palettes.get(row.palette as usize).map_or(0, Vec::len);
        if columns > Some(0) && greatest as usize >= cells {
            return Err(Failure::Refused(format!("a row of service {} with too few cells", row.service)));
        }
        Ok(layout::Row { shape, palette: if shape == layout::UNIFORM { cell } else { palette } })
    }

    /// Where a run of rows stands.
    fn run(&mut self, run: &[layout::Row]) -> Result<u32, Failure> {
        let start = self.rows.place(run);
        match start.saturating_add(run.len()) <= layout::ROWS_LIMIT {
            true => index(start),
            false => Err(Failure::Size(format!("more than {} {}", layout::ROWS_LIMIT, Section::Rows.name()))),
        }
    }

    /// Shapes one after the other; what rows say of each, and the greatest index in it.
    fn shapes(&mut self) -> Result<Vec<(u32, u32)>, Failure> {
        let mut starts = Vec::new();
        for shape in &self.t.shapes {
            let greatest = u32::from(shape.iter().copied().max().unwrap_or(0));
            if greatest == 0 {
                starts.push((layout::UNIFORM, greatest));
                continue;
            }
            let log = match greatest {
                0..=1 => 0,
                2..=3 => 1,
                4..=15 => 2,
                16..=255 => 3,
                _ => 4,
            };
            let record = layout::Shape { columns: index(shape.len())? << 8 | log, greatest };
            self.out.push(Section::Shapes, &record.bytes());
            starts.push((self.out.count(Section::Shapes)? << 3 | log, greatest));
            pack(shape, log).iter().for_each(|half| self.out.push(Section::Shapes, &half.to_le_bytes()));
        }
        match self.out.count(Section::Shapes)? as usize > layout::SHAPES_LIMIT {
            true => Err(Failure::Size("more than 512 MiB of shapes".into())),
            false => Ok(starts),
        }
    }

    fn policies(&mut self, references: &References, options: &WriteOptions) -> Result<(), Failure> {
        let mut from = Bytes::default();
        for policy in &self.t.policies {
            let (name, name_len) = self.text(&policy.name)?;
            let statements = self.out.count(Section::Statements)?;
            let statements_len = index(policy.statements.len())?;
            let record = layout::Policy { name, name_len, statements, statements_len, cost: 0 };
            self.out.push(Section::Policies, &record.bytes());
            self.statements(policy, references)?;
            if options.provenance {
                self.provenance(policy, &mut from)?;
            }
        }
        *self.out.get(Section::ProvenanceStrings) = from.finish();
        Ok(())
    }

    fn statements(&mut self, policy: &Policy, references: &References) -> Result<(), Failure> {
        for statement in &policy.statements {
            let item = references.item(&statement.item)?;
            let (actions, never) = match references.actions(statement.actions)? {
                Reference::Word(word) => (word, 0),
                Reference::Never => (0, layout::ITEM_NEVER),
            };
            let deny = if statement.effect == Effect::Deny { layout::ITEM_DENY } else { 0 };
            let record = layout::Statement {
                flags: item.flags | deny | never,
                actions,
                services: references.services(actions),
                principals: item.principals,
                resources: item.resources,
                condition: item.condition,
            };
            self.out.push(Section::Statements, &record.bytes());
        }
        Ok(())
    }

    fn provenance(&mut self, policy: &Policy, from: &mut Bytes) -> Result<(), Failure> {
        for statement in &policy.statements {
            let (sid, sid_len) = match &statement.sid {
                Some(sid) => from.add(sid.as_bytes())?,
                None => (0, NONE),
            };
            let (file, line, column) = &statement.place;
            let (file, file_len) = from.add(file.as_bytes())?;
            let record = layout::Provenance { sid, sid_len, file, file_len, line: *line, column: *column };
            self.out.push(Section::Provenance, &record.bytes());
        }
        Ok(())
    }

    /// Everything that is found by a hash, with the first seed that works for all of it.
    fn hashed(&mut self) -> Result<(), Failure> {
        let names: Vec<(String, layout::Action)> = self.actions()?;
        unique(names.iter().map(|(name, _)| name.as_str()), "action")?;
        unique(self.t.principals.iter().map(|p| p.arn.as_str()), "principal")?;
        for (trust, what) in [(false, "governed resource"), (true, "role with a trust policy")] {
            let of = self.t.resources.iter().filter(|r| r.trust == trust);
            unique(of.map(|r| r.arn.as_str()), what)?;
        }
        let roles = self.roles()?;
        let found = hashes::Names {
            actions: names.iter().map(|(name, _)| name.as_str()).collect(),
            principals: self.t.principals.iter().map(|p| p.arn.as_str()).collect(),
            resources: self.t.resources.iter().map(|r| (r.arn.as_str(), r.trust)).collect(),
            roles: roles.iter().flatten().copied().collect(),
        };
        let found = found.hashed().ok_or_else(|| Failure::Size("no perfect hash over the names".into()))?;
        self.meta(found.seed)?;
        for at in &found.actions.slots {
            let record = at.and_then(|i| names.get(i)).map(|(_, record)| *record);
            self.out.push(Section::Actions, &record.unwrap_or_default().bytes());
        }
        self.out.push(Section::ActionPilots, &found.actions.pilots);
        for at in &found.resources.slots {
            let record = at.and_then(|i| self.resources.get(i)).copied();
            self.out.push(Section::Resources, &record.unwrap_or_default().bytes());
        }
        self.out.push(Section::ResourcePilots, &found.resources.pilots);
        self.principals(&found.principals, &roles, &found.secrets)
    }

    /// Account and name of every principal that is a role.
    fn roles(&self) -> Result<Vec<Option<(&'t str, &'t str)>>, Failure> {
        let t = self.t;
        let of = |p: &'t Principal| {
            let account = t.accounts.get(p.account as usize);
            let account = account.ok_or_else(|| Failure::Refused(format!("no account of `{}`", p.arn)))?;
            let is_role = p.kind == IdentityKind::Role;
            Ok(is_role.then_some((account.id.as_str(), p.name.as_str())))
        };
        t.principals.iter().map(of).collect()
    }

    fn actions(&mut self) -> Result<Vec<(String, layout::Action)>, Failure> {
        let mut out = Vec::new();
        for (service, of) in self.t.services.iter().enumerate() {
            for (column, action) in of.actions.iter().enumerate() {
                let full = format!("{}:{}", of.prefix, action.name);
                if full.len() > layout::ACTION_BYTES {
                    let limit = layout::ACTION_BYTES;
                    return Err(Failure::Size(format!("the action `{full}` has more than {limit} bytes")));
                }
                let (name, name_len) = self.text(&full)?;
                let own_rules = layout::action_flags(full.as_bytes());
                let wildcard = if action.wildcard_only { layout::WILDCARD_ONLY } else { 0 };
                let (service, column) = (index(service)?, index(column)?);
                let name_len = name_len | wildcard | own_rules;
                let text = layout::words_of(full.as_bytes()).unwrap_or_default();
                out.push((full, layout::Action { name, name_len, service, column, text }));
            }
        }
        Ok(out)
    }

    fn principals(
        &mut self,
        perfect: &Perfect,
        roles: &[Option<(&str, &str)>],
        secrets: &RapidSecrets,
    ) -> Result<(), Failure> {
        self.out.push(Section::PrincipalPilots, &perfect.pilots);
        let mut role_slots = Vec::new();
        let t = self.t;
        for (slot, at) in perfect.slots.iter().enumerate() {
            let Some((at, p)) = at.and_then(|i| Some((i, t.principals.get(i)?))) else {
                let nobody = layout::Principal { flags: layout::MALFORMED, ..layout::Principal::default() };
                self.out.push(Section::Principals, &nobody.bytes());
                self.out.push(Section::Details, &layout::Detail::default().bytes());
                continue;
            };
            let (record, detail) = self.principal(p)?;
            self.out.push(Section::Principals, &record.bytes());
            self.out.push(Section::Details, &detail.bytes());
            if let Some(Some((account, name))) = roles.get(at) {
                let hash = layout::role_hash(account.as_bytes(), name.as_bytes(), secrets);
                role_slots.push((hash, index(slot)?));
            }
        }
        for slot in hashes::open(&role_slots) {
            self.out.push(Section::RoleSlots, &slot.bytes());
        }
        Ok(())
    }

    fn principal(&mut self, p: &Principal) -> Result<(layout::Principal, layout::Detail), Failure> {
        let (arn, arn_len) = self.text(&p.arn)?;
        // The name is the end of the ARN, and so is written already.
        let (name, name_len) = match p.arn.strip_suffix(p.name.as_str()) {
            Some(head) => (arn + head.len() as u32, p.name.len() as u32),
            None => self.text(&p.name)?,
        };
        let (unique_id, unique_id_len) = self.text(&p.unique_id)?;
        let (boundary, boundary_len) = self.text(&p.boundary_arn)?;
        let tags = self.out.count(Section::Tags)?;
        if p.tags.len() > PRINCIPAL_TAGS {
            return Err(Failure::Size(format!("`{}` has more than {PRINCIPAL_TAGS} tags", p.arn)));
        }
        for (key, _, value) in &p.tags {
            let ((key, key_len), (value, value_len)) = (self.text(key)?, self.text(value)?);
            self.out.push(Section::Tags, &layout::Tag { key, key_len, value, value_len }.bytes());
        }
        let role = if p.kind == IdentityKind::Role { layout::IS_ROLE } else { 0 };
        let linked = if p.service_linked { layout::SERVICE_LINKED } else { 0 };
        let malformed = layout::is_malformed(p.name.len(), p.unique_id.len());
        let malformed = if malformed { layout::MALFORMED } else { 0 };
        let t = self.t;
        let account = t.accounts.get(p.account as usize);
        let account = account.ok_or_else(|| Failure::Refused(format!("no account of `{}`", p.arn)))?;
        let digits = layout::digit_words(&account.id);
        let digits = digits.ok_or_else(|| Failure::Refused(format!("`{}` is no account", account.id)))?;
        let tail = layout::tail_words(&p.arn, &account.id);
        let inline = if tail.is_some() { layout::INLINE } else { 0 };
        let bounded = if p.boundary.is_some() { layout::BOUNDED } else { 0 };
        let record = layout::Principal {
            arn_len,
            flags: role | linked | malformed | inline | bounded,
            identity: p.identity,
            boundary: p.boundary.filter(|_| !p.service_linked).unwrap_or(NONE),
            scps: layout::binding_scps(&layers(account), p.service_linked),
            digits,
            tail: tail.unwrap_or_default(),
        };
        let (account, tags_len) = (p.account, index(p.tags.len())?);
        Ok((
            record,
            layout::Detail {
                arn,
                name,
                name_len,
                unique_id,
                unique_id_len,
                account,
                tags,
                tags_len,
                boundary,
                boundary_len,
            },
        ))
    }

    fn meta(&mut self, seed: u64) -> Result<(), Failure> {
        let t = self.t;
        let (organization, organization_len) = match &t.organization {
            Some(id) => self.text(id)?,
            None => (NONE, 0),
        };
        let record = layout::Meta {
            seed_low: seed as u32,
            seed_high: (seed >> 32) as u32,
            organization,
            organization_len,
            stride: stride(t)?,
            kept: self.kept.count,
        };
        self.out.push(Section::Meta, &record.bytes());
        Ok(())
    }

    fn references(&mut self, r: References) {
        let words = [
            (Section::ResourceLists, &r.resource_lists),
            (Section::ConditionLists, &r.condition_lists),
            (Section::ActionLists, &r.action_lists),
        ];
        for (section, list) in words {
            list.all.iter().for_each(|word| self.out.push(section, &word.to_le_bytes()));
        }
        for [kind, text, text_len] in r.principal_entries.all {
            let record = layout::PrincipalEntry { kind, text, text_len };
            self.out.push(Section::PrincipalEntries, &record.bytes());
        }
        r.action_texts.iter().for_each(|text| self.out.push(Section::ActionTexts, &text.bytes()));
        r.items.iter().for_each(|item| self.out.push(Section::Items, &item.bytes()));
    }

    fn pools(&mut self) {
        for pattern in &self.patterns {
            self.out.push(Section::Patterns, &pattern.bytes());
        }
        for [kind, text, text_len] in &self.templates.pieces.all {
            let record = layout::Piece { kind: *kind, text: *text, text_len: *text_len };
            self.out.push(Section::Pieces, &record.bytes());
        }
        *self.out.get(Section::Strings) = std::mem::take(&mut self.templates.strings).finish();
        *self.out.get(Section::Blobs) = std::mem::take(&mut self.blobs).finish();
    }
}

/// An account's record without its texts.
fn layers(account: &Account) -> layout::Account {
    let flag = |is, flag| if is { flag } else { 0 };
    layout::Account {
        flags: flag(account.in_organization, layout::IN_ORGANIZATION)
            | flag(account.management, layout::MANAGEMENT),
        scps: account.scps.unwrap_or(NONE),
        rcps: account.rcps.unwrap_or(NONE),
        ..layout::Account::default()
    }
}

/// Rows and default of a set. `None`: its policies say what they say, as where they ask for what is kept. R42: those of a set without levels allow nothing,
/// whatever its cells.
fn cells_of<'s>(set: &'s PolicySet, kept: &Kept) -> Option<(&'s [Row], Cell)> {
    (set.tabled && !set.levels.is_empty() && !kept.is_set(set)).then_some((set.rows.as_slice(), set.default))
}

fn unique<'a>(names: impl Iterator<Item = &'a str>, what: &str) -> Result<(), Failure> {
    let mut seen = hashbrown::HashSet::new();
    for name in names {
        if !seen.insert(name) {
            return Err(Failure::Refused(format!("the {what} `{name}` is there twice")));
        }
    }
    Ok(())
}

/// Columns of 2^log bits each, first column in the lowest bits.
fn pack(shape: &[u16], log: u32) -> Vec<u16> {
    let bits = 1_usize << log;
    let mut out = vec![0; (shape.len() * bits).div_ceil(16)];
    for (i, column) in shape.iter().enumerate() {
        out[i * bits / 16] |= column << (i * bits % 16);
    }
    out
}
