//! S3 access points: which bucket is behind each, and whose it is (R152).

use super::items::plain;
use super::{Build, Shared};
use crate::diag::{Diagnostic, codes::resolve as code};
use crate::hir::{AccessPoint, NetworkOrigin, Str, access};
use crate::source::Span;
use crate::syntax::ast::{self, Lexeme};
use std::collections::BTreeMap;

/// The digits of the accounts that own resources.
pub(super) type Owners = BTreeMap<Str, Str>;

impl Build {
    /// Resolves `access point … on …`. Its declaration says whose the bucket is, for requests that go straight to it, too.
    pub fn access_points(&mut self, shared: &Shared<'_>) -> Owners {
        let mut declared: BTreeMap<Str, Span> = BTreeMap::new();
        let mut owners = Owners::new();
        for (point, span) in &shared.items.access_points {
            let Some(resolved) = self.access_point(shared, point, *span) else { continue };
            if let Some(first) = declared.insert(resolved.arn.clone(), *span) {
                let message = format!("the access point `{}` is declared twice", resolved.arn);
                let d = Diagnostic::error(code::DUPLICATE, message).at(point.arn.span);
                self.sink
                    .push(d.and_at(first, "the first one").help("an access point has one bucket behind it"));
                continue;
            }
            let owner = owners.entry(resolved.bucket.clone()).or_insert_with(|| resolved.owner.clone());
            if *owner != resolved.owner {
                let message = format!("two accounts own `{}`", resolved.bucket);
                let help = "write `in ACCOUNT` after the bucket where another account than the access point's owns it";
                self.sink.push(Diagnostic::error(code::DUPLICATE, message).at(point.bucket.span).help(help));
                continue;
            }
            self.world.access_points.push(resolved);
        }
        owners
    }

    fn access_point(
        &mut self,
        shared: &Shared<'_>,
        point: &ast::AccessPoint,
        span: Span,
    ) -> Option<AccessPoint> {
        let arn = self.words(shared, &point.arn)?;
        self.refuse(access::fault_of_point(&arn), point.arn.span)?;
        let bucket = self.words(shared, &point.bucket)?;
        self.refuse(access::fault_of_bucket(&bucket, &arn), point.bucket.span)?;
        let owner = match &point.account {
            Some(word) => self.written_account(shared, word)?.0,
            None => arn.split(':').nth(4).map(Str::from)?,
        };
        let origin = match &point.vpc {
            None => NetworkOrigin::Internet,
            Some(word) => NetworkOrigin::Vpc(self.vpc(word)?),
        };
        Some(AccessPoint { arn, bucket, owner, origin, span })
    }

    fn words(&mut self, shared: &Shared<'_>, word: &Lexeme) -> Option<Str> {
        Some(Str::from(&*self.cx(shared, None, None).text(word)?))
    }

    /// Reports a fault, if there is one.
    fn refuse(&mut self, fault: Option<access::Fault>, span: Span) -> Option<()> {
        let Some((message, help)) = fault else { return Some(()) };
        self.sink.push(Diagnostic::error(code::ACCESS_POINT, message).at(span).help(help));
        None
    }

    /// `vpc-…`, or `vpc` for one that is not known. The outer `None` is an error.
    fn vpc(&mut self, word: &Lexeme) -> Option<Option<Str>> {
        let id = plain(word, &mut self.sink)?;
        if &*id == "vpc" {
            return Some(None);
        }
        if access::is_vpc(&id) {
            return Some(Some(id));
        }
        let help = "it is `vpc-` and lower-case letters and digits; write `via vpc` where it is not known";
        self.refuse(Some((format!("`{id}` is not the id of a VPC"), help)), word.span)?;
        None
    }

    /// A policy of an access point that nobody declares is never asked: requests through it are refused.
    pub fn need_access_point(&mut self, arn: &str, span: Span) {
        let rest = arn.splitn(6, ':').nth(5).unwrap_or_default();
        let service = arn.split(':').nth(2).unwrap_or_default();
        let of_point = service.starts_with("s3") && rest.starts_with("accesspoint");
        let of_alias = service == "s3" && access::is_alias(rest);
        let under = |point: &AccessPoint| {
            arn.strip_prefix(&*point.arn).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        if of_alias || of_point && !self.world.access_points.iter().any(under) {
            let message = format!("no request is decided by the policy of `{arn}`");
            let help = match access::fault_of_point(arn) {
                Some((_, help)) if of_alias || service != "s3" => help,
                _ => "say which bucket is behind it: `access point ARN on BUCKET`",
            };
            self.sink.push(Diagnostic::warning(code::UNDECLARED_POINT, message).at(span).help(help));
        }
    }
}
