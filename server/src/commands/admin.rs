//! `zhangban admin create-staff`.

use std::process::ExitCode;

use backend::identity::{NewStaff, create_staff};
use domain::identity::Role;

use super::{Done, block_on, say};
use crate::{
    config::{Config, Place},
    portal::Portal,
};

#[derive(clap::Subcommand)]
pub enum Command {
    /// Make an account for a member of staff; prints a one-time password for the first sign-in.
    CreateStaff {
        /// 2 to 40 letters, digits, dots, hyphens and underscores.
        login: String,
        /// Name as colleagues and citizens see it.
        #[arg(long)]
        name: String,
        /// Id of a department of catalog/departments.toml.
        #[arg(long)]
        department: String,
        /// intake, decide, catalogue, audit or system; may be given several times.
        #[arg(long = "role", required = true, value_parser = role)]
        roles: Vec<Role>,
        #[command(flatten)]
        place: Place,
    },
}

fn role(code: &str) -> Result<Role, String> {
    Role::from_code(code).ok_or_else(|| {
        let codes: Vec<&str> = Role::ALL.iter().map(|role| role.code()).collect();
        format!("one of {}", codes.join(", "))
    })
}

pub fn run(command: Command) -> Done {
    let Command::CreateStaff { login, name, department, roles, place } = command;
    block_on(async {
        let portal = Portal::open(&Config::read(&place, None)?).await?;
        portal.backend.db.migrate().await?;
        let new = NewStaff { login, display_name: name, department, roles };
        let (_, password) = create_staff(&portal.backend, &new).await?;
        say(format!("one-time password of {}: {}", new.login, password.as_str()));
        portal.backend.db.close().await;
        Ok(ExitCode::SUCCESS)
    })?
}
