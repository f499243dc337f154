//! All stages in their order, from sources to the bytes of an artifact, stopping at the first that reports an error.
//!
//! Knows which stage comes after which; reads no file and writes none.

use crate::artifact::{self, WriteOptions};
use crate::catalog::Catalog;
use crate::diag::{Diagnostic, has_errors};
use crate::limits::Limits;
use crate::lower;
use crate::nf::NormalForm;
use crate::normalize;
use crate::resolve::{self, Checked, SourceUnit};
use crate::source::SourceMap;
use crate::syntax;

/// Compiles a program to the bytes of an artifact. Every file of the map is a source; what they import is among them,
/// by the name it has relative to theirs. `None` when anything found is an error.
///
/// This is what a build script does, with the files that it reads:
///
/// ```
/// use tabella::diag::render::{Places, text::Text};
/// use tabella::limits::Limits;
/// use tabella::source::SourceMap;
///
/// let mut sources = SourceMap::new();
/// sources.add(
///     "policies/main.tabella",
///     "account prod 111111111111
///      policy Read { allow s3:GetObject on arn:aws:s3:::acme/* }
///      role App in prod { trust { allow service ec2.amazonaws.com } policies Read }",
/// );
/// let (artifact, findings) = tabella::compile(&sources, &Limits::default());
/// let mut places = Places::new(&sources);
/// for finding in &findings {
///     eprintln!("{}", Text::new(false, 100).render(finding, &mut places, &sources));
/// }
/// let artifact = artifact.ok_or("the policies have errors")?;
/// // A build script writes it to `OUT_DIR`, and the service takes it in with `include_artifact!`.
/// assert!(tabella_runtime::Tables::load(&artifact).is_ok());
/// # Ok::<(), &str>(())
/// ```
pub fn compile(sources: &SourceMap, limits: &Limits) -> (Option<Vec<u8>>, Vec<Diagnostic>) {
    let (mut units, mut found) = (Vec::new(), Vec::new());
    for (file, source) in sources.files() {
        let (tree, more) = syntax::parse(file, &source.text, limits);
        found.extend(more);
        units.push(SourceUnit { file, name: (&*source.name).into(), tree });
    }
    // Resolving a part of a program would only add errors about what is missing.
    if has_errors(&found) {
        return (None, found);
    }
    let (estate, more) = Estate::of(&units, limits);
    found.extend(more);
    let Some(estate) = estate else { return (None, found) };
    let (normal, more) = estate.normal(limits);
    found.extend(more);
    let Some(normal) = normal else { return (None, found) };
    let (artifact, more) = estate.artifact(&normal, sources, limits, &WriteOptions::default());
    found.extend(more);
    (artifact, found)
}

/// Resolved policies without an error, and what is known of the services they speak of.
pub struct Estate {
    /// The policies.
    pub checked: Checked,
    /// The shipped reference with the estate's own services.
    pub catalog: Catalog,
}

impl Estate {
    /// Resolves parsed files.
    pub fn of(units: &[SourceUnit], limits: &Limits) -> (Option<Estate>, Vec<Diagnostic>) {
        let (checked, found) = resolve::program(units, Catalog::shipped(), limits);
        let checked = checked.filter(|_| !has_errors(&found));
        let estate = checked.map(|checked| {
            let catalog = Catalog::shipped().with_services(&checked.world().services);
            Estate { checked, catalog }
        });
        (estate, found)
    }

    /// The normal form. What has none is refused whatever decides afterwards, and so is what nobody has yet.
    pub fn normal(&self, limits: &Limits) -> (Option<NormalForm>, Vec<Diagnostic>) {
        let (normal, mut found) = normalize::normalize(&self.checked, limits);
        found.extend(normalize::unattached(&self.checked, limits));
        (normal.filter(|_| !has_errors(&found)), found)
    }

    /// The bytes of an artifact.
    pub fn artifact(
        &self,
        normal: &NormalForm,
        sources: &SourceMap,
        limits: &Limits,
        options: &WriteOptions,
    ) -> (Option<Vec<u8>>, Vec<Diagnostic>) {
        let (tables, mut found) = lower::lower(normal, &self.catalog, sources, limits);
        match artifact::write(&tables, limits, options) {
            Ok(bytes) => (Some(bytes).filter(|_| !has_errors(&found)), found),
            Err(finding) => {
                found.push(finding);
                (None, found)
            }
        }
    }
}
