//! What would otherwise be silent: declarations that change what others mean, and words that apply to nothing.

use super::{Catalog, Diagnostic, FileId, Limits, SourceUnit, program, reject, syntax};

/// Findings of one file over AWS's services, and whether there is a program.
fn over_aws(text: &str) -> (bool, Vec<Diagnostic>) {
    let limits = Limits::default();
    let (tree, found) = syntax::parse(FileId(0), text, &limits);
    assert!(found.is_empty(), "{text}\n{found:#?}");
    let unit = SourceUnit { file: FileId(0), name: "main.tabella".into(), tree };
    let (world, found) = program(&[unit], Catalog::shipped(), &limits);
    (world.is_some(), found)
}

/// The errors of one file over AWS's services.
#[track_caller]
fn reject_over_aws(text: &str, codes: &[&str]) {
    let (world, found) = over_aws(text);
    let errors: Vec<&str> = found.iter().filter(|d| d.is_error()).map(|d| d.code.0).collect();
    assert_eq!(errors, codes, "{text}\n{found:#?}");
    assert!(!world, "{text}");
}

#[test]
fn services_of_aws_are_not_declared_again() {
    for prefix in ["sts", "kms", "s3", "S3", "lambda"] {
        reject_over_aws(&format!("service {prefix} {{ action Read }}"), &["T0348"]);
    }
    assert!(over_aws("service shop { action Buy }").0);
}

#[test]
fn prefixes_of_services_differ_in_more_than_letter_case() {
    reject(
        "service shop { action Buy } service Shop { action Buy on o resource o arn:shop:o:*:*:o/* }",
        &["T0302"],
    );
    reject("service shop { action Buy } service shop { action Buy }", &["T0302"]);
}
