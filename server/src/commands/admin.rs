//! `zhangban admin create-staff`, `close-staff`, `reset-password`, `reset-second-factor`, `link-staff`,
//! `unlink-staff`, `hand-back` and `rotate-issuer-key`.

use std::{io::IsTerminal, process::ExitCode};

use backend::cases::CaseError;
use backend::certificates::issuers::rotate_key;
use backend::identity::{
    NewStaff, close_staff, create_staff, hand_back_account, link_staff, reset_second_factor,
    reset_staff_password, unlink_staff,
};
use domain::identity::{Phone, Role, resident_id::ResidentId};
use domain::organisation::{Scope, region::RegionCode};
use domain::text::Text;

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
        /// Code of the place of its office, such as 330106; the place that the portal serves when left out.
        #[arg(long)]
        region: Option<RegionCode>,
        /// What the post is called.
        #[arg(long, default_value = "工作人员")]
        title: String,
        /// The post is for the cases of all departments.
        #[arg(long)]
        all_departments: bool,
        /// intake, review, decide, supervise, catalogue, finance, audit or system; may be given several times.
        #[arg(long = "role", required = true, value_parser = role)]
        roles: Vec<Role>,
        #[command(flatten)]
        place: Place,
    },
    /// Close an account: whoever has it is signed out and never signs in again.
    CloseStaff {
        login: String,
        #[command(flatten)]
        place: Place,
    },
    /// Replace a lost password; signs out and prints a one-time password for the next sign-in.
    ResetPassword {
        login: String,
        #[command(flatten)]
        place: Place,
    },
    /// Remove a lost second factor with its recovery codes; signs out.
    ResetSecondFactor {
        login: String,
        #[command(flatten)]
        place: Place,
    },
    /// Let the person sign in as this member whom the identity service calls SUBJECT (staff.oidc), in place of another; signs
    /// out.
    LinkStaff {
        login: String,
        subject: String,
        #[command(flatten)]
        place: Place,
    },
    /// Let nobody sign in as this member by the identity service; signs out.
    UnlinkStaff {
        login: String,
        #[command(flatten)]
        place: Place,
    },
    /// Give an account back to the citizen it is of, who came in person with their ID card: reads the resident ID number
    /// and the phone number they have now from standard input, each on its line. Password and mail address are removed, and
    /// everybody who is signed in is out.
    HandBack {
        #[command(flatten)]
        place: Place,
    },
    /// Make a new key for a department to sign certificates with; prints its name. What the old one signed stays valid.
    RotateIssuerKey {
        /// Id of a department of catalog/departments.toml.
        department: String,
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
    match command {
        Command::CreateStaff { login, name, department, region, title, all_departments, roles, place } => {
            let title = Text::new(title.clone(), title);
            let account = Account { login, name, department, region, title, all_departments, roles };
            block_on(create(account, place))?
        }
        Command::CloseStaff { login, place } => block_on(close(login, place))?,
        Command::ResetPassword { login, place } => block_on(reset(login, place))?,
        Command::ResetSecondFactor { login, place } => block_on(reset_factor(login, place))?,
        Command::LinkStaff { login, subject, place } => block_on(link(login, subject, place))?,
        Command::UnlinkStaff { login, place } => block_on(unlink(login, place))?,
        Command::HandBack { place } => block_on(hand_back(place))?,
        Command::RotateIssuerKey { department, place } => block_on(rotate(department, place))?,
    }
}

/// What was asked for.
struct Account {
    login: String,
    name: String,
    department: String,
    region: Option<RegionCode>,
    title: Text,
    all_departments: bool,
    roles: Vec<Role>,
}

async fn create(account: Account, place: Place) -> Done {
    let portal = open(&place).await?;
    let served = portal.backend.catalog.reference.place();
    let region = account.region.or(served).ok_or("the catalogue names no place")?;
    let new = NewStaff {
        login: account.login,
        display_name: account.name,
        department: account.department,
        region,
        title: account.title,
        roles: account.roles,
        scope: account.all_departments.then_some(Scope { department: None, region }),
    };
    let (_, password) = create_staff(&portal.backend, &new).await?;
    say(format!("one-time password of {}: {}", new.login, password.as_str()));
    portal.backend.db.close().await;
    Ok(ExitCode::SUCCESS)
}

async fn close(login: String, place: Place) -> Done {
    let portal = open(&place).await?;
    close_staff(&portal.backend, &login).await?;
    say(format!("the account {login} is closed"));
    portal.backend.db.close().await;
    Ok(ExitCode::SUCCESS)
}

async fn reset(login: String, place: Place) -> Done {
    let portal = open(&place).await?;
    let password = reset_staff_password(&portal.backend, &login).await?;
    say(format!("one-time password of {login}: {}", password.as_str()));
    portal.backend.db.close().await;
    Ok(ExitCode::SUCCESS)
}

async fn reset_factor(login: String, place: Place) -> Done {
    let portal = open(&place).await?;
    reset_second_factor(&portal.backend, &login).await?;
    say(format!("{login} has no second factor any more"));
    portal.backend.db.close().await;
    Ok(ExitCode::SUCCESS)
}

async fn link(login: String, subject: String, place: Place) -> Done {
    let portal = open(&place).await?;
    link_staff(&portal.backend, &login, &subject).await?;
    say(format!("{login} is linked"));
    portal.backend.db.close().await;
    Ok(ExitCode::SUCCESS)
}

async fn unlink(login: String, place: Place) -> Done {
    let portal = open(&place).await?;
    unlink_staff(&portal.backend, &login).await?;
    say(format!("{login} is not linked any more"));
    portal.backend.db.close().await;
    Ok(ExitCode::SUCCESS)
}

async fn hand_back(place: Place) -> Done {
    // Not as arguments, which others on the machine can read.
    let mut lines = std::io::stdin().lines();
    let mut line = |what: &str| -> Result<String, Box<dyn std::error::Error>> {
        if std::io::stdin().is_terminal() {
            say(format!("{what}:"));
        }
        Ok(lines.next().ok_or_else(|| format!("standard input ended before the {what}"))??)
    };
    let id = ResidentId::parse(line("resident ID number")?.trim()).map_err(|_| "not a resident ID number")?;
    let phone = Phone::parse(line("phone number")?.trim()).map_err(|_| "not a phone number")?;
    let portal = open(&place).await?;
    hand_back_account(&portal.backend, &id, &phone).await?;
    say("the account is handed back: the next sign-in is by a code to the new number");
    portal.backend.db.close().await;
    Ok(ExitCode::SUCCESS)
}

async fn rotate(department: String, place: Place) -> Done {
    let portal = open(&place).await?;
    let kid = rotate_key(&portal.backend, &department).await.map_err(|error| match error {
        CaseError::NotFound => format!("there is no department {department}").into(),
        CaseError::Changed => "the key was changed by somebody else at the same time".into(),
        error => Box::<dyn std::error::Error>::from(error),
    })?;
    say(format!("{department} now signs with the key {kid}"));
    portal.backend.db.close().await;
    Ok(ExitCode::SUCCESS)
}

async fn open(place: &Place) -> Result<Portal, Box<dyn std::error::Error>> {
    let portal = Portal::open(&Config::read(place, None)?).await?;
    portal.migrate().await?;
    Ok(portal)
}
