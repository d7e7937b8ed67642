//! Proof of the crate graph by `cargo tree`: what must never be linked together is not.

use std::collections::BTreeMap;

use anyhow::Result;

use crate::program::Program;
use crate::report::Counts;
use crate::tool::WASM_TARGET;
use crate::workspace::Workspace;

const UNCHECKED_CERTIFICATES: &str = "danger-skip-cert-chain-verify";

/// Each claim counts one.
pub fn prove(ws: &Workspace) -> Result<Counts> {
    let browser = tree(ws, &["--package", "frontend", "--target", WASM_TARGET, "--edges", "normal"])?;
    let engines = tree(ws, &["--package", "server", "--edges", "normal"])?;
    let nouns = tree(ws, &["--package", "domain", "--target", WASM_TARGET, "--edges", "normal"])?;
    let network = tree(ws, &["--package", "sandbox", "--edges", "normal"])?;
    let release = tree(ws, &["--package", "sapa", "--edges", "normal,build"])?;
    let sandbox = tree(ws, &["--package", "sapa", "--features", "sandbox-linking", "--edges", "normal,build"])?;

    let claims = [
        ("no server code in the browser", browser.none(&["server", "sandbox", "sapa"])),
        ("no database in the browser", browser.none(&["sqlx*", "libsqlite3-sys", "redis"])),
        ("no sockets in the browser", browser.none(&["mio", "hyper", "axum", "rustls", "whatsapp-rust", "wacore*"])),
        ("no Leptos under the engines", engines.none(&["leptos*", "app", "tachys", "reactive_graph"])),
        ("no Leptos and no runtime under the nouns", nouns.none(&["leptos*", "tokio", "sqlx*"])),
        ("the sandbox knows nothing of Sapa", network.none(&["server", "app", "sapa", "domain"])),
        ("a release checks certificate chains", release.lacks_feature(UNCHECKED_CERTIFICATES)),
        ("a sandbox build is marked by its feature", !sandbox.lacks_feature(UNCHECKED_CERTIFICATES)),
        ("one TLS provider, ring", sandbox.none(&["aws-lc-*", "openssl", "openssl-sys", "native-tls", "boring*"])),
        ("one sqlx", sandbox.versions("sqlx-core") <= 1),
    ];
    let mut counts = Counts::default();
    for (claim, holds) in claims {
        println!("  {} {claim}", if holds { "ok    " } else { "FAILED" });
        counts.add(if holds { Counts::ONE } else { Counts { failed: 1, ..Counts::default() } });
    }
    Ok(counts)
}

/// Packages by name and version, with their enabled features.
struct Tree(BTreeMap<(String, String), String>);

fn tree(ws: &Workspace, args: &[&str]) -> Result<Tree> {
    let text = Program::cargo(&ws.root)
        .args(["tree", "--quiet", "--prefix", "none", "--format", "{p}|{f}"])
        .args(args)
        .capture()?;
    Ok(Tree::parse(&text))
}

impl Tree {
    fn parse(text: &str) -> Self {
        let packages = text.lines().filter_map(|line| {
            let (package, features) = line.split_once('|')?;
            let mut words = package.split_whitespace();
            Some(((words.next()?.to_owned(), words.next()?.to_owned()), features.to_owned()))
        });
        Self(packages.collect())
    }

    /// No package has one of these names; a name may end in `*`.
    fn none(&self, forbidden: &[&str]) -> bool {
        let found: Vec<&str> =
            self.0.keys().map(|(name, _)| name.as_str()).filter(|name| matches(name, forbidden)).collect();
        if !found.is_empty() {
            println!("         found: {}", found.join(", "));
        }
        found.is_empty()
    }

    fn lacks_feature(&self, feature: &str) -> bool {
        !self.0.values().any(|features| features.split(',').any(|enabled| enabled.trim() == feature))
    }

    fn versions(&self, package: &str) -> usize {
        self.0.keys().filter(|(name, _)| name == package).count()
    }
}

fn matches(name: &str, patterns: &[&str]) -> bool {
    patterns.iter().any(|pattern| match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == *pattern,
    })
}

#[cfg(test)]
mod tests {
    use super::Tree;

    const TREE: &str = "sapa v0.1.0 (/somewhere)|default\n\
        wacore-noise v0.7.0|danger-skip-cert-chain-verify,std\n\
        sqlx-core v0.9.0|json\n\
        sqlx-core v0.9.0|json (*)\n";

    #[test]
    fn packages_and_features_are_seen() {
        let tree = Tree::parse(TREE);
        assert!(tree.none(&["server", "leptos*"]));
        assert!(!tree.none(&["sqlx*"]));
        assert!(!tree.lacks_feature("danger-skip-cert-chain-verify"));
        assert!(tree.lacks_feature("danger"));
        assert_eq!(tree.versions("sqlx-core"), 1);
    }
}
