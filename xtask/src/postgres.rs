//! A throw-away PostgreSQL for the tests.

use std::{
    env, fs,
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use anyhow::{Context, Result, bail};

use crate::shell;

/// Address of a PostgreSQL whose user may create databases; each test makes its own.
pub const VARIABLE: &str = "TEST_POSTGRES_URL";

/// A PostgreSQL that stops when this is dropped; or one that the caller named.
pub struct Postgres {
    pub url: String,
    own: Option<Own>,
}

struct Own {
    server: Child,
    folder: PathBuf,
}

impl Postgres {
    /// Takes the one named by `TEST_POSTGRES_URL`, else starts one from the installed binaries.
    pub fn find_or_start() -> Result<Postgres> {
        if let Ok(url) = env::var(VARIABLE) {
            shell::note(&format!("PostgreSQL: the one in {VARIABLE}"));
            return Ok(Postgres { url, own: None });
        }
        let binaries = match find_binaries() {
            Some(found) => found,
            None if shell::is_root() && shell::find_program("apt-get").is_some() => {
                shell::apt_install(&["postgresql"])?;
                find_binaries().context("the package postgresql has no initdb")?
            }
            None => bail!(
                "the tests need PostgreSQL: install it (Debian: apt install postgresql; it need not run) or set \
                 {VARIABLE} to a database whose user may create databases"
            ),
        };
        start(&binaries)
    }
}

/// The newest installation that has `initdb`.
fn find_binaries() -> Option<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, bin)| bin.join("initdb").is_file() && bin.join("postgres").is_file())
        .collect();
    found.sort();
    let newest = found.pop().map(|(_, bin)| bin);
    newest.or_else(|| Some(shell::find_program("initdb")?.canonicalize().ok()?.parent()?.to_owned()))
}

fn start(binaries: &Path) -> Result<Postgres> {
    shell::step(&format!("Starting a PostgreSQL for the tests ({})", binaries.display()));
    // Not below the workspace: the user postgres must be able to go there.
    let folder = env::temp_dir().join(format!("zhangban-postgres-{}", std::process::id()));
    fs::create_dir(&folder)?;
    let password = random_password()?;
    let password_file = folder.join("password");
    fs::write(&password_file, &password)?;
    if shell::is_root() {
        shell::run(Command::new("chown").arg("-R").arg("postgres").arg(&folder))?;
    }
    shell::run(Command::new("chmod").args(["-R", "go="]).arg(&folder))?;
    let data = folder.join("data");
    let initialised = shell::run(
        as_postgres(&binaries.join("initdb"), &folder)
            .args([
                "--username=postgres",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
            ])
            .arg(format!("--pwfile={}", password_file.display()))
            .arg("--pgdata")
            .arg(&data)
            .stdout(Stdio::null()),
    );
    if let Err(error) = initialised {
        let _ = fs::remove_dir_all(&folder);
        return Err(error);
    }
    let port = free_port()?;
    let log = fs::File::create(folder.join("log"))?;
    // Durability stays on: tests kill servers and ask what was kept.
    let server = as_postgres(&binaries.join("postgres"), &folder)
        .arg("-D")
        .arg(&data)
        .args(["-p", &port.to_string(), "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=300"])
        .arg("-c")
        .arg(format!("unix_socket_directories={}", folder.display()))
        .stdout(log.try_clone()?)
        .stderr(log)
        .spawn()
        .context("cannot start postgres")?;
    let url = format!("postgres://postgres:{password}@127.0.0.1:{port}/postgres");
    let mut postgres = Postgres { url, own: Some(Own { server, folder: folder.clone() }) };
    postgres.wait_until_ready(port)?;
    shell::note(&format!("PostgreSQL listens on 127.0.0.1:{port}"));
    Ok(postgres)
}

/// A command as the user postgres when this is root, which PostgreSQL refuses. It ends when xtask ends.
fn as_postgres(program: &Path, folder: &Path) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "INT"]);
    if shell::is_root() {
        command.args(["--reuid=postgres", "--regid=postgres", "--init-groups"]);
    }
    command.arg(program).current_dir(folder);
    command
}

fn random_password() -> Result<String> {
    use std::io::Read;
    let mut bytes = [0; 16];
    fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

impl Postgres {
    fn wait_until_ready(&mut self, port: u16) -> Result<()> {
        let Some(own) = &mut self.own else { return Ok(()) };
        for _ in 0..300 {
            if let Some(status) = own.server.try_wait()? {
                let log = fs::read_to_string(own.folder.join("log")).unwrap_or_default();
                bail!("PostgreSQL ended at once ({status}):\n{log}");
            }
            let log = fs::read_to_string(own.folder.join("log")).unwrap_or_default();
            if log.contains("ready to accept connections") && TcpStream::connect(("127.0.0.1", port)).is_ok()
            {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(100));
        }
        bail!("PostgreSQL did not start within 30 seconds; see {}", own.folder.join("log").display())
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Some(own) = &mut self.own {
            // SIGINT is a fast shutdown; the child is ours, by its pid.
            let _ = Command::new("kill").args(["-INT", &own.server.id().to_string()]).status();
            let _ = own.server.wait();
            let _ = fs::remove_dir_all(&own.folder);
        }
    }
}
