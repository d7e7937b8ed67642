//! Who acts, and for which tenant. Without a `Scope` no tenant's row can be read or written.

use domain::{Error, Permission, Role, SignInId, TenantId, UserId};

/// The right to act for one tenant. Only a sign-in or an engine can build one.
#[derive(Clone, Debug)]
pub struct Scope {
    tenant: TenantId,
    actor: Actor,
    role: Role,
}

/// The right to see and change what belongs to no tenant. Only the sign-in of a person who operates the installation gives
/// one, and it is asked anew with every request: who is one no longer cannot go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operator {
    user: UserId,
}

impl Operator {
    /// For the request extractor, which has checked the sign-in.
    pub(crate) fn signed_in(user: UserId) -> Self {
        Self { user }
    }

    /// The person who acts.
    pub fn user(&self) -> UserId {
        self.user
    }
}

/// Who acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A person, through one sign-in.
    User(UserId, SignInId),
    /// An engine, with the reason.
    System(&'static str),
}

impl Scope {
    /// For engines: acts for one tenant, for a stated reason, with every permission.
    pub fn system(tenant: TenantId, why: &'static str) -> Self {
        Self { tenant, actor: Actor::System(why), role: Role::Owner }
    }

    /// For the request extractor, which has checked the sign-in.
    pub(crate) fn member(tenant: TenantId, user: UserId, sign_in: SignInId, role: Role) -> Self {
        Self { tenant, actor: Actor::User(user, sign_in), role }
    }

    pub fn tenant(&self) -> TenantId {
        self.tenant
    }

    pub fn actor(&self) -> Actor {
        self.actor
    }

    pub fn role(&self) -> Role {
        self.role
    }

    /// The person who acts, unless an engine does.
    pub fn user(&self) -> Option<UserId> {
        match self.actor {
            Actor::User(user, _) => Some(user),
            Actor::System(_) => None,
        }
    }

    /// Fails with [`Error::Forbidden`] unless the role has the permission.
    pub fn require(&self, permission: Permission) -> Result<(), Error> {
        if self.role.may(permission) { Ok(()) } else { Err(Error::Forbidden(permission)) }
    }
}
