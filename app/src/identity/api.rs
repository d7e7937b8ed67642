//! Signing in, up and out.

use crate::error::ApiError;
use leptos::prelude::*;

/// Signs a person in and goes to `next`, a path of this site, or home.
#[server]
pub async fn sign_in(email: String, password: String, #[server(default)] next: String) -> Result<(), ApiError> {
    let server = crate::cx::server();
    let typed = domain::identity::SignIn { email, password };
    let signed_in = server::identity::sign_in(&server, typed, &super::device::of_request(&server)).await?;
    super::cookie::set(&server, &signed_in.token);
    leptos_axum::redirect(own_path(&next));
    Ok(())
}

/// Makes a person and their tenant, signs them in and goes home.
#[server]
pub async fn sign_up(name: String, tenant: String, email: String, password: String) -> Result<(), ApiError> {
    let server = crate::cx::server();
    let typed = domain::identity::SignUp { name, email, password, tenant };
    let signed_in = server::identity::sign_up(&server, typed, &super::device::of_request(&server)).await?;
    super::cookie::set(&server, &signed_in.token);
    leptos_axum::redirect("/");
    Ok(())
}

/// Ends the sign-in and goes to the sign-in page. A plain form posts to it.
#[server]
pub async fn sign_out() -> Result<(), ApiError> {
    let server = crate::cx::server();
    if let Ok(signed_in) = crate::cx::signed_in() {
        server::identity::sign_out(&server, &signed_in.scope).await?;
    }
    super::cookie::clear(&server);
    leptos_axum::redirect("/sign-in");
    Ok(())
}

/// The path if it is one of this site, else home: nobody is sent elsewhere by a crafted link.
#[cfg(feature = "ssr")]
fn own_path(next: &str) -> &str {
    let own = next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\r', '\n']);
    if own { next } else { "/" }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::own_path;

    #[test]
    fn nobody_is_sent_to_another_site() {
        assert_eq!(own_path("/inbox?page=2"), "/inbox?page=2");
        for elsewhere in ["https://evil.example", "//evil.example", "/\\evil.example", "", "inbox"] {
            assert_eq!(own_path(elsewhere), "/", "{elsewhere}");
        }
    }
}
