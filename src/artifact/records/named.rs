//! Access points, endpoints and session policies: what is found by its name.

use super::Writer;
use crate::artifact::Failure;
use tabella_runtime::layout::{self, Section};

impl Writer<'_> {
    pub(super) fn access_points(&mut self) -> Result<(), Failure> {
        for point in &self.t.access_points {
            let (arn, arn_len) = self.text(&point.arn)?;
            let (bucket, bucket_len) = self.text(&point.bucket)?;
            let (vpc, vpc_len) = self.text(point.vpc.as_deref().unwrap_or_default())?;
            let flags = if point.vpc.is_some() { layout::OF_VPC } else { 0 };
            let owner = layout::digit_words(&point.owner).unwrap_or_default();
            let record = layout::AccessPoint { arn, arn_len, bucket, bucket_len, flags, vpc, vpc_len, owner };
            self.out.push(Section::AccessPoints, &record.bytes());
        }
        Ok(())
    }

    pub(super) fn names(&mut self) -> Result<(), Failure> {
        let endpoints = self.t.endpoints.iter().map(|e| (e.id.as_str(), e.set, Section::Endpoints));
        let sessions = self.t.session_policies.iter();
        let sessions = sessions.map(|(name, policy)| (name.as_str(), *policy, Section::SessionPolicies));
        for (name, target, section) in endpoints.chain(sessions) {
            let (name, name_len) = self.text(name)?;
            self.out.push(section, &layout::Named { name, name_len, target, reserved: 0 }.bytes());
        }
        Ok(())
    }
}
