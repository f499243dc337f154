//! What is known of services: actions, resource types, condition keys. Shipped data and user-declared services.

/// The service reference and the program's own services.
#[derive(Clone, Debug, Default)]
pub struct Catalog {}

impl Catalog {
    /// Whether the action (`service:Name`, any case) has no resource-level permissions, so that it is evaluated
    /// against resource `*` (R65). Unknown actions: false.
    pub fn is_wildcard_only(&self, _action: &str) -> bool {
        false
    }
}
