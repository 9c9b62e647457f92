//! The static site: WebAssembly, style, icons; hashed, compressed, listed in `target/site/site.json`.

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};
use lightningcss::{
    bundler::{Bundler, FileProvider},
    printer::PrinterOptions,
    stylesheet::{MinifyOptions, ParserOptions},
    targets::{Browsers, Targets},
};
use sha2::{Digest, Sha256};
use wasm_bindgen_cli_support::Bindgen;

use crate::{
    npm,
    shell::{self, root, work_dir},
    verifier::Verifier,
};

pub const WASM_TARGET: &str = "wasm32-unknown-unknown";
const WASM_OPT: &[&str] = &[
    "-Oz",
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// How small the WebAssembly has to be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Optimise {
    /// With wasm-opt when it is installed already.
    IfInstalled,
    /// With wasm-opt, which is installed for it.
    Always,
}

/// Where the finished site is.
pub fn dir() -> PathBuf {
    root().join("target/site")
}

/// Builds the whole site; every part only when its inputs changed.
pub fn build(optimise: Optimise) -> Result<()> {
    let _lock = shell::Lock::take("site")?;
    add_wasm_target()?;
    shell::step("Building the islands (WebAssembly)");
    shell::run(&mut wasm_build("frontend"))?;
    let wasm_opt = find_wasm_opt(optimise)?;
    let (js, wasm) = bind("frontend", "islands", &wasm_opt)?;
    let verifier = Verifier::build(&wasm_opt)?;

    shell::step("Putting the site together");
    let mut site = Site::default();
    let wasm = site.hashed("islands.wasm", wasm);
    let js = site.hashed("islands.js", js);
    let start = fs::read_to_string(root().join("frontend/start.js"))?;
    let start = start.replace("__ISLANDS_JS__", &js).replace("__ISLANDS_WASM__", &wasm);
    site.hashed("start.js", start.into_bytes());
    verifier.add_to(&mut site);
    site.hashed("desk.js", fs::read(root().join("frontend/desk.js"))?);
    site.hashed("main.css", style()?.into_bytes());
    site.add_style_files(&root().join("style"), "")?;
    site.add_public_files(&root().join("frontend/public"))?;
    site.write(&dir())
}

/// Builds a package for browsers, without a path of this machine in it.
pub fn wasm_build(package: &str) -> Command {
    let mut cargo = shell::cargo(&["build", "--locked", "--package", package, "--target", WASM_TARGET]);
    let mut flags: Vec<String> =
        env::var("RUSTFLAGS").unwrap_or_default().split_whitespace().map(str::to_owned).collect();
    flags.extend(private_paths().iter().map(|(path, name)| format!("--remap-path-prefix={path}={name}")));
    // Flags apart by this character may hold spaces.
    cargo.args(["--profile", "wasm"]).env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"));
    cargo
}

/// Folders of this machine that compilers write into what they build, and what stands there instead.
pub fn private_paths() -> Vec<(String, &'static str)> {
    let home = env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
    let folder = |variable, name| env::var_os(variable).map_or_else(|| home.join(name), PathBuf::from);
    let text = |path: PathBuf| path.display().to_string();
    vec![
        (text(root()), "zhangban"),
        (text(folder("CARGO_HOME", ".cargo")), "cargo"),
        (text(folder("RUSTUP_HOME", ".rustup")), "rustup"),
    ]
}

fn add_wasm_target() -> Result<()> {
    let sysroot = shell::output(Command::new("rustc").current_dir(root()).args(["--print", "sysroot"]))?;
    let library = Path::new(sysroot.trim()).join("lib/rustlib").join(WASM_TARGET).join("lib");
    if library.is_dir() {
        return Ok(());
    }
    shell::step("Adding the WebAssembly target to Rust");
    if shell::find_program("rustup").is_none() {
        bail!(
            "the target {WASM_TARGET} is missing and there is no rustup to add it: install Rust with rustup"
        );
    }
    shell::run(Command::new("rustup").current_dir(root()).args(["target", "add", WASM_TARGET]))
}

fn find_wasm_opt(optimise: Optimise) -> Result<Option<PathBuf>> {
    let folder = root().join("xtask");
    let program = folder.join("node_modules/.bin/wasm-opt");
    match optimise {
        Optimise::Always => npm::install(&folder).context("wasm-opt comes from npm")?,
        Optimise::IfInstalled => {}
    }
    if program.is_file() {
        return Ok(Some(program));
    }
    shell::note("wasm-opt is not installed: the WebAssembly works, but is larger than it has to be");
    shell::note("(`cargo xtask build --release` installs it from npm)");
    Ok(None)
}

/// Runs wasm-bindgen and wasm-opt on a package. Gives the JavaScript and the WebAssembly.
pub fn bind(package: &str, name: &str, wasm_opt: &Option<PathBuf>) -> Result<(Vec<u8>, Vec<u8>)> {
    let input = shell::target_dir().join(WASM_TARGET).join(format!("wasm/{package}.wasm"));
    let out = work_dir().join(name);
    let mut key = Sha256::new();
    key.update(fs::read(&input).with_context(|| format!("{} was not built", input.display()))?);
    key.update([u8::from(wasm_opt.is_some())]);
    key.update(WASM_OPT.join(" "));
    let key = hex(&key.finalize());
    let done = out.join("key");
    let (js, wasm) = (out.join(format!("{name}.js")), out.join(format!("{name}_bg.wasm")));
    if fs::read_to_string(&done).is_ok_and(|kept| kept == key) {
        return Ok((fs::read(js)?, fs::read(wasm)?));
    }

    shell::step(&format!("Binding the {name} to JavaScript (wasm-bindgen)"));
    let _ = fs::remove_dir_all(&out);
    fs::create_dir_all(&out)?;
    let mut bindings = Bindgen::new();
    bindings.input_path(&input).web(true)?.out_name(name).typescript(false).omit_default_module_path(true);
    bindings.remove_name_section(true).remove_producers_section(true);
    let mut bindings = bindings.generate_output()?;
    if bindings.snippets().values().any(|files| !files.is_empty()) {
        bail!("crates of the {name} bring their own JavaScript: {:?}", bindings.snippets());
    }
    bindings.emit(&out)?;
    if let Some(wasm_opt) = wasm_opt {
        shell::step("Making the WebAssembly small (wasm-opt)");
        let small = out.join("small.wasm");
        shell::run(Command::new(wasm_opt).args(WASM_OPT).arg(&wasm).arg("-o").arg(&small))?;
        fs::rename(small, &wasm)?;
    }
    fs::write(done, key)?;
    Ok((fs::read(js)?, fs::read(wasm)?))
}

/// All of `style/` in one minified file.
fn style() -> Result<String> {
    // What the oldest phones still in wide use have.
    let browsers = Browsers {
        chrome: Some(90 << 16),
        safari: Some(14 << 16),
        ios_saf: Some(14 << 16),
        ..Browsers::default()
    };
    let targets = Targets::from(browsers);
    let main = root().join("style/main.css");
    let files = FileProvider::new();
    let mut bundler = Bundler::new(&files, None, ParserOptions::default());
    // Errors borrow the bundler; their text does not.
    let mut sheet = bundler.bundle(&main).map_err(|error| anyhow::anyhow!("{error}"))?;
    sheet
        .minify(MinifyOptions { targets, ..MinifyOptions::default() })
        .map_err(|error| anyhow::anyhow!("{error}"))?;
    let printer = PrinterOptions { minify: true, targets, ..PrinterOptions::default() };
    Ok(sheet.to_css(printer).map_err(|error| anyhow::anyhow!("{error}"))?.code)
}

/// Files of the site by their path, and the addresses of those with a hash in their name.
#[derive(Default)]
pub struct Site {
    files: BTreeMap<String, Vec<u8>>,
    urls: BTreeMap<String, String>,
}

impl Site {
    /// Adds a file under a name that changes with its content; gives its address.
    pub fn hashed(&mut self, name: &str, content: Vec<u8>) -> String {
        let hash = &hex(&Sha256::digest(&content))[..12];
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name, "bin"));
        let path = format!("assets/{stem}.{hash}.{extension}");
        let url = format!("/{path}");
        self.files.insert(path, content);
        self.urls.insert(name.to_owned(), url.clone());
        url
    }

    /// Everything beside the style sheets in `style/`: the icon sprite, pictures.
    fn add_style_files(&mut self, folder: &Path, prefix: &str) -> Result<()> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.file_type()?.is_dir() {
                self.add_style_files(&entry.path(), &format!("{name}/"))?;
            } else if ["gif", "ico", "jpg", "png", "svg", "webp"]
                .iter()
                .any(|e| name.ends_with(&format!(".{e}")))
            {
                self.hashed(&name, fs::read(entry.path())?);
            }
        }
        Ok(())
    }

    /// Files with fixed names. `{{name}}` in a text is the address of a hashed file, `{{version}}` changes with any.
    fn add_public_files(&mut self, folder: &Path) -> Result<()> {
        let version = hex(&Sha256::digest(serde_json::to_vec(&self.urls)?))[..12].to_owned();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let mut content = fs::read(entry.path())?;
            if name.ends_with(".html") || name.ends_with(".js") {
                let mut text = String::from_utf8(content)?.replace("{{version}}", &version);
                for (name, url) in &self.urls {
                    text = text.replace(&format!("{{{{{name}}}}}"), url);
                }
                if text.contains("{{") {
                    bail!("{} names a file that the site does not have", entry.path().display());
                }
                content = text.into_bytes();
            }
            self.files.insert(name, content);
        }
        Ok(())
    }

    /// Writes what changed, removes what is gone.
    fn write(mut self, to: &Path) -> Result<()> {
        let index = serde_json::to_vec_pretty(&self.urls)?;
        let mut compressed = BTreeMap::new();
        for (path, content) in &self.files {
            if !path.ends_with(".png") && content.len() > 256 {
                compressed.insert(format!("{path}.br"), kept(content, "br", brotli)?);
                compressed.insert(format!("{path}.gz"), kept(content, "gz", gzip)?);
            }
        }
        self.files.extend(compressed);
        let old: BTreeSet<PathBuf> = list(to)?.into_iter().collect();
        let new: BTreeSet<PathBuf> = self.files.keys().map(|path| to.join(path)).collect();
        for gone in old.difference(&new).filter(|path| !path.ends_with("site.json")) {
            fs::remove_file(gone)?;
        }
        for (path, content) in &self.files {
            write_if_changed(&to.join(path), content)?;
        }
        // Last: a server that finds it finds everything.
        write_if_changed(&to.join("site.json"), &index)?;
        shell::note(&format!("{} files in {}", self.files.len(), to.display()));
        Ok(())
    }
}

/// The compressed form of `content`, kept from an earlier run when there was one.
fn kept(content: &[u8], extension: &str, compress: fn(&[u8]) -> Result<Vec<u8>>) -> Result<Vec<u8>> {
    let folder = work_dir().join("compressed");
    let file = folder.join(format!("{}.{extension}", hex(&Sha256::digest(content))));
    if let Ok(kept) = fs::read(&file) {
        return Ok(kept);
    }
    let compressed = compress(content)?;
    fs::create_dir_all(folder)?;
    fs::write(file, &compressed)?;
    Ok(compressed)
}

pub fn brotli(content: &[u8]) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    brotli::CompressorWriter::new(&mut out, 4096, 11, 22).write_all(content)?;
    Ok(out)
}

fn gzip(content: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(content)?;
    Ok(encoder.finish()?)
}

fn write_if_changed(path: &Path, content: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|old| old == content) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, content).with_context(|| format!("cannot write {}", path.display()))
}

fn list(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    if !folder.is_dir() {
        return Ok(files);
    }
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            files.extend(list(&entry.path())?);
        } else {
            files.push(entry.path());
        }
    }
    Ok(files)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
