//! Running other programs, so that what happens is always visible.

use std::{
    env,
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

use anyhow::{Context, Result, bail};

/// The folder of the workspace.
pub fn root() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    // xtask/ is a folder of the workspace.
    xtask.parent().unwrap_or(xtask).to_owned()
}

/// Where cargo puts what it builds.
pub fn target_dir() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// Where xtask keeps its own intermediate files.
pub fn work_dir() -> PathBuf {
    target_dir().join("xtask")
}

/// Whether this process may install packages of the distribution.
pub fn is_root() -> bool {
    output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

/// Tells what comes next.
pub fn step(what: &str) {
    println!("\n▶ {what}");
}

/// Tells something worth knowing.
pub fn note(what: &str) {
    println!("  {what}");
}

/// `cargo` in the folder of the workspace.
pub fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root()).args(arguments);
    command
}

/// Runs a command with its output shown; an error when it fails.
#[expect(clippy::disallowed_methods, reason = "tells how long a step took")]
pub fn run(command: &mut Command) -> Result<()> {
    let name = describe(command);
    println!("  $ {name}");
    let began = Instant::now();
    let status = command.status().with_context(|| format!("cannot start {name}"))?;
    if !status.success() {
        bail!("{name} failed ({status})");
    }
    let took = began.elapsed().as_secs();
    if took >= 5 {
        note(&format!("done in {took} s"));
    }
    Ok(())
}

/// Standard output of a command that must succeed.
pub fn output(command: &mut Command) -> Result<String> {
    let name = describe(command);
    let output = command.stderr(Stdio::inherit()).output().with_context(|| format!("cannot start {name}"))?;
    if !output.status.success() {
        bail!("{name} failed ({})", output.status);
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The program of this name in PATH.
pub fn find_program(name: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|dir| dir.join(name)).find(|path| path.is_file())
}

/// Installs packages of the distribution; only as root and where there is apt.
pub fn apt_install(packages: &[&str]) -> Result<()> {
    step(&format!("Installing {} with apt", packages.join(" ")));
    let apt = || {
        let mut apt = Command::new("apt-get");
        apt.env("DEBIAN_FRONTEND", "noninteractive");
        apt
    };
    run(apt().args(["update", "-q"]))?;
    run(apt().args(["install", "-q", "-y", "--no-install-recommends"]).args(packages))
}

/// Held by one xtask at a time; given back when it is dropped.
pub struct Lock(#[expect(dead_code, reason = "the lock is on the open file")] File);

impl Lock {
    /// Waits, and says so, while another xtask has the lock of this name.
    pub fn take(name: &str) -> Result<Lock> {
        fs::create_dir_all(work_dir())?;
        let path = work_dir().join(format!("{name}.lock"));
        let file = File::create(&path).with_context(|| format!("cannot make {}", path.display()))?;
        if file.try_lock().is_err() {
            note(&format!("another cargo xtask works on the {name} here: waiting until it is done"));
            file.lock().with_context(|| format!("cannot lock {}", path.display()))?;
        }
        Ok(Lock(file))
    }
}

fn describe(command: &Command) -> String {
    let mut words = vec![Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy()];
    words.extend(command.get_args().map(|argument| argument.to_string_lossy()));
    words.join(" ")
}
