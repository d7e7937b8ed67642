//! The browser's half: WebAssembly, its glue, the stylesheet and the static files, all into `target/site`.
//!
//! This does by hand what `cargo leptos build` does, because installing cargo-leptos takes longer than building Sapa.
//! File names carry no hash: the server answers for them with `Cache-Control: no-cache` and a validator, so a browser
//! asks each time and usually gets a 304.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::fingerprint::{self, Fingerprint};
use crate::program::Program;
use crate::tool::{self, WASM_TARGET};
use crate::workspace::{Profile, Workspace};

/// The pages ask for `/pkg/sapa.js`, `/pkg/sapa.wasm` and `/pkg/sapa.css`. The name is also LEPTOS_OUTPUT_NAME in
/// .cargo/config.toml: Leptos reads it when it is compiled, and without it asks for `sapa_bg.wasm`.
const OUTPUT_NAME: &str = "sapa";

/// From npm, never from a CDN: (file or folder under node_modules, name under `target/site`).
const VENDORED: [(&str, &str); 2] = [
    ("echarts/dist/echarts.min.js", "vendor/echarts.min.js"),
    (
        "@fontsource-variable/plus-jakarta-sans/files/plus-jakarta-sans-latin-wght-normal.woff2",
        "vendor/plus-jakarta-sans-latin-wght-normal.woff2",
    ),
];

/// Builds what is out of date.
pub fn build(ws: &Workspace, profile: Profile) -> Result<()> {
    tool::node()?;
    tool::wasm_target(ws)?;
    let wasm_bindgen = tool::wasm_bindgen(ws)?;
    tool::npm_packages(ws, &ws.root, "dashboard")?;
    fs::create_dir_all(ws.site().join("pkg"))?;
    if profile == Profile::Debug {
        // Left by a release build, they would be served instead of the newer plain files.
        remove_compressed(&ws.site())?;
    }
    wasm(ws, profile)?;
    glue(ws, profile, &wasm_bindgen)?;
    stylesheet(ws, profile)?;
    static_files(ws)?;
    if profile == Profile::Release {
        compress(ws)?;
    }
    Ok(())
}

fn wasm(ws: &Workspace, profile: Profile) -> Result<()> {
    println!("  Building the dashboard for the browser");
    let cargo = Program::cargo(&ws.root)
        .args(["build", "--package", "frontend", "--lib", "--target", WASM_TARGET, "--profile", profile.wasm()])
        .args(["--target-dir".as_ref(), ws.front().as_os_str()]);
    cargo.logged(&ws.log("wasm")).context("building the dashboard failed")
}

fn glue(ws: &Workspace, profile: Profile, wasm_bindgen: &Path) -> Result<()> {
    let module = ws.front().join(WASM_TARGET).join(profile.wasm()).join("frontend.wasm");
    let pkg = ws.site().join("pkg");
    let script = pkg.join(format!("{OUTPUT_NAME}.js"));
    let wasm = pkg.join(format!("{OUTPUT_NAME}.wasm"));
    let inputs = Fingerprint::default().text(&format!("{profile:?}")).built_file(&module)?.built_file(wasm_bindgen)?;
    fingerprint::unless_done(ws, "glue", inputs, &[&script, &wasm], || {
        Program::new(wasm_bindgen)
            // Names of functions are half of a debug module, and every page of every browser test reads it.
            .args(["--remove-name-section", "--remove-producers-section"])
            .args(["--target", "web", "--no-typescript", "--out-name", OUTPUT_NAME, "--out-dir"])
            .args([&pkg, &module])
            .logged(&ws.log("glue"))
            .context("wasm-bindgen failed")?;
        fs::rename(pkg.join(format!("{OUTPUT_NAME}_bg.wasm")), &wasm).context("wasm-bindgen wrote no module")
    })
}

fn stylesheet(ws: &Workspace, profile: Profile) -> Result<()> {
    let input = ws.root.join("style/tailwind.css");
    let output = ws.site().join(format!("pkg/{OUTPUT_NAME}.css"));
    let inputs = Fingerprint::default()
        .text(&format!("{profile:?}"))
        .path(&ws.root.join("style"))?
        .path(&ws.root.join("app/src"))?
        .path(&ws.root.join("package-lock.json"))?;
    fingerprint::unless_done(ws, "stylesheet", inputs, &[&output], || {
        println!("  Building the stylesheet");
        Program::new(ws.root.join("node_modules/.bin/tailwindcss"))
            .dir(&ws.root)
            .args(["-i"])
            .args([&input])
            .args(["-o"])
            .args([&output])
            .args(["--minify"])
            .logged(&ws.log("stylesheet"))
            .context("Tailwind failed")
    })
}

fn static_files(ws: &Workspace) -> Result<()> {
    let public = ws.root.join("public");
    let node_modules = ws.root.join("node_modules");
    let mut inputs = Fingerprint::default().path(&public)?;
    for (source, _) in VENDORED {
        inputs = inputs.built_file(&node_modules.join(source))?;
    }
    let outputs = VENDORED.map(|(_, name)| ws.site().join(name));
    let outputs: Vec<&Path> = outputs.iter().map(AsRef::as_ref).collect();
    fingerprint::unless_done(ws, "static-files", inputs, &outputs, || {
        if public.is_dir() {
            copy_folder(&public, &ws.site())?;
        }
        for (source, name) in VENDORED {
            copy(&node_modules.join(source), &ws.site().join(name))?;
        }
        Ok(())
    })
}

/// Writes `.br` and `.gz` beside each file, which the server prefers; once here instead of at every request.
fn compress(ws: &Workspace) -> Result<()> {
    println!("  Compressing");
    Program::new("node")
        .args(["--input-type=module", "--eval", include_str!("compress.mjs")])
        .args([ws.site()])
        .logged(&ws.log("compress"))
        .context("compressing the site failed")
}

fn remove_compressed(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            remove_compressed(&path)?;
        } else if path.extension().is_some_and(|extension| extension == "br" || extension == "gz") {
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        let target = to.join(path.file_name().context("a folder's entry has a name")?);
        if path.is_dir() {
            copy_folder(&path, &target)?;
        } else {
            copy(&path, &target)?;
        }
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to.parent().context("a file has a folder")?)?;
    fs::copy(from, to).with_context(|| format!("cannot copy {} to {}", from.display(), to.display()))?;
    Ok(())
}
