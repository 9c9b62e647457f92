//! The posts of a member of staff, and what they allow.

use domain::identity::Role;
use domain::ids::{PostId, StaffId};
use domain::organisation::{Grant, Office, Scope};
use domain::text::Text;
use domain::time::Timestamp;
use storage::Tx;
use storage::organisation::appointments;

/// A post that somebody is on now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldPost {
    pub post: PostId,
    pub office: Office,
    pub title: Text,
    pub roles: Vec<Role>,
    /// For whose cases.
    pub scope: Scope,
    /// 代岗: whose post it is, while this member stands in.
    pub deputy_for: Option<StaffId>,
    /// Their name.
    pub absent: Option<String>,
    /// Until when.
    pub ends_at: Option<Timestamp>,
}

/// Where somebody works.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Working {
    /// Own posts before those stood in on, oldest first.
    pub posts: Vec<HeldPost>,
}

impl Working {
    /// Every role with its scope.
    pub fn grants(&self) -> Vec<Grant> {
        let of = |post: &HeldPost| -> Vec<Grant> {
            let grant = |role: &Role| Grant {
                role: *role,
                scope: post.scope.clone(),
                post: post.post,
                deputy_for: post.deputy_for,
            };
            post.roles.iter().map(grant).collect()
        };
        self.posts.iter().flat_map(of).collect()
    }
}

/// The posts that `staff` is on at `now`. Who has left a department stands in for nobody there any more.
pub(crate) async fn posts_of(tx: &mut Tx, staff: StaffId, now: Timestamp) -> Result<Working, storage::Error> {
    let mut posts: Vec<HeldPost> = appointments::held(tx, staff, now).await?.into_iter().map(held).collect();
    let own: Vec<String> = posts
        .iter()
        .filter(|post| post.deputy_for.is_none())
        .map(|post| post.office.department.clone())
        .collect();
    posts.retain(|post| post.deputy_for.is_none() || own.contains(&post.office.department));
    posts.sort_by_key(|post| post.deputy_for.is_some());
    Ok(Working { posts })
}

fn held(row: appointments::HeldPost) -> HeldPost {
    HeldPost {
        post: row.post_id,
        office: Office {
            id: row.office_id,
            department: row.office_department,
            region: row.office_region,
            name: Text::new(row.name_zh, row.name_en),
        },
        title: Text::new(row.title_zh, row.title_en),
        roles: row.roles.iter().filter_map(|code| Role::from_code(code)).collect(),
        scope: Scope { department: row.department, region: row.region },
        deputy_for: row.deputy_for,
        absent: row.absent,
        ends_at: row.ends_at,
    }
}
