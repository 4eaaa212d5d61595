//! User groups: those that the organization makes, and the system's own, which follow from roles.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    call::{Outcome, Request, done, success},
    errors::ApiError,
    events::Audience,
    ids::UserId,
    organization::Organization,
    params::Params,
    users::Role,
};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Group {
    id: u64,
    name: String,
    description: String,
    members: BTreeSet<UserId>,
    subgroups: BTreeSet<u64>,
    creator: Option<UserId>,
    date_created: Option<u64>,
    is_deactivated: bool,
    is_system: bool,
}

/// The system's groups from the smallest to the largest, with the role that is in each besides all smaller ones.
const SYSTEM: &[(&str, &str, Option<Role>)] = &[
    ("role:nobody", "Nobody", None),
    (
        "role:owners",
        "Owners of this organization",
        Some(Role::Owner),
    ),
    (
        "role:administrators",
        "Administrators of this organization, including owners",
        Some(Role::Administrator),
    ),
    (
        "role:moderators",
        "Moderators of this organization, including administrators",
        Some(Role::Moderator),
    ),
    (
        "role:fullmembers",
        "Members of this organization, not including new accounts and guests",
        None,
    ),
    (
        "role:members",
        "Members of this organization, not including guests",
        Some(Role::Member),
    ),
    (
        "role:everyone",
        "Everyone in this organization, including guests",
        Some(Role::Guest),
    ),
    ("role:internet", "Everyone on the Internet", None),
];

/// Makes the system's groups.
pub(crate) fn system(mut next_id: impl FnMut() -> u64) -> Vec<Group> {
    let mut smaller = None;
    let groups = SYSTEM.iter().map(|(name, description, _)| {
        let id = next_id();
        let subgroups = smaller.into_iter().collect();
        // Nobody is in no other group.
        smaller = (*name != "role:nobody").then_some(id);
        Group {
            id,
            name: (*name).to_owned(),
            description: (*description).to_owned(),
            members: BTreeSet::new(),
            subgroups,
            creator: None,
            date_created: None,
            is_deactivated: false,
            is_system: true,
        }
    });
    groups.collect()
}

/// GET /user_groups
pub(crate) fn list(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    organization.require_person(request.user()?)?;
    let all = request
        .params()
        .flag("include_deactivated_groups")?
        .unwrap_or(false);
    success(json!({"user_groups": organization.groups_json(all)}))
}

/// POST /user_groups/create
pub(crate) fn create(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let user = organization.require_person(request.user()?)?;
    let params = request.params();
    params.accept(&[
        "can_add_members_group",
        "can_join_group",
        "can_leave_group",
        "can_manage_group",
        "can_mention_group",
    ]);
    let name = params.required("name")?.trim();
    let description = params.required("description")?;
    let members = organization.listed_users(params, "members")?;
    let members = members.ok_or_else(|| ApiError::missing("members"))?;
    let subgroups = params.ids("subgroups")?.unwrap_or_default();
    organization.check_group_name(name)?;
    let group = Group {
        id: organization.next_id(),
        name: name.to_owned(),
        description: description.to_owned(),
        members,
        subgroups: subgroups.into_iter().collect(),
        creator: Some(user),
        date_created: Some(organization.now()),
        is_deactivated: false,
        is_system: false,
    };
    let event =
        json!({"type": "user_group", "op": "add", "group": organization.group_json(&group)});
    organization.groups.push(group);
    organization.publish(Audience::Everyone, event);
    done()
}

/// PATCH /user_groups/{id}
pub(crate) fn update(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let params = request.params();
    let (name, description) = (
        params.text("name").map(str::trim),
        params.text("description"),
    );
    let place = organization.managed_group(request)?;
    if name.is_none() && description.is_none() {
        return Err(ApiError::bad("No new data supplied"));
    }
    let mut data = json!({});
    if let Some(name) = name.filter(|name| *name != organization.groups[place].name) {
        organization.check_group_name(name)?;
        name.clone_into(&mut organization.groups[place].name);
        data["name"] = name.into();
    }
    if let Some(description) = description {
        description.clone_into(&mut organization.groups[place].description);
        data["description"] = description.into();
    }
    let id = organization.groups[place].id;
    let event = json!({"type": "user_group", "op": "update", "group_id": id, "data": data});
    organization.publish(Audience::Everyone, event);
    done()
}

/// POST /user_groups/{id}/deactivate
pub(crate) fn deactivate(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let place = organization.managed_group(request)?;
    organization.groups[place].is_deactivated = true;
    let event = json!({
        "type": "user_group", "op": "update", "group_id": organization.groups[place].id,
        "data": {"deactivated": true},
    });
    organization.publish(Audience::Everyone, event);
    done()
}

/// GET /user_groups/{id}/members
pub(crate) fn members(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let group = organization.asked_group(request)?;
    let direct_only = request
        .params()
        .flag("direct_member_only")?
        .unwrap_or(false);
    let members = if direct_only {
        organization.direct_members(group)
    } else {
        organization.members_of(group.id)
    };
    success(json!({"members": members}))
}

/// GET /user_groups/{id}/members/{id}
pub(crate) fn is_member(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let group = organization.asked_group(request)?;
    let direct_only = request
        .params()
        .flag("direct_member_only")?
        .unwrap_or(false);
    let user = organization.user(UserId(request.id(1)))?.id;
    let members = if direct_only {
        organization.direct_members(group)
    } else {
        organization.members_of(group.id)
    };
    success(json!({"is_user_group_member": members.contains(&user)}))
}

/// GET /user_groups/{id}/subgroups
pub(crate) fn subgroups(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let group = organization.asked_group(request)?;
    request.params().accept(&["direct_subgroup_only"]);
    success(json!({"subgroups": group.subgroups}))
}

/// POST /user_groups/{id}/members
pub(crate) fn change_members(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let params = request.params();
    params.accept(&["add_subgroups", "delete_subgroups"]);
    let added = organization
        .listed_users(params, "add")?
        .unwrap_or_default();
    let removed = organization
        .listed_users(params, "delete")?
        .unwrap_or_default();
    let place = organization.managed_group(request)?;
    if added.is_empty() && removed.is_empty() {
        let words = "Nothing to do. Specify at least one of \"add\" or \"delete\".";
        return Err(ApiError::bad(words));
    }
    let group = &organization.groups[place];
    let (id, name) = (group.id, &group.name);
    if let Some(known) = added.intersection(&group.members).next() {
        return Err(ApiError::bad(format!(
            "User {known} is already a member of this group"
        )));
    }
    if !removed.is_subset(&group.members) {
        return Err(ApiError::bad(format!(
            "There are no such members in user group '{name}'"
        )));
    }
    let group = &mut organization.groups[place];
    group.members.extend(&added);
    group.members.retain(|member| !removed.contains(member));
    for (operation, users) in [("add_members", added), ("remove_members", removed)] {
        if !users.is_empty() {
            let event = json!({
                "type": "user_group", "op": operation, "group_id": id, "user_ids": users,
            });
            organization.publish(Audience::Everyone, event);
        }
    }
    done()
}

impl Organization {
    fn check_group_name(&self, name: &str) -> Result<(), ApiError> {
        if name.is_empty() {
            return Err(ApiError::bad("User group name can't be empty!"));
        }
        if self.groups.iter().any(|group| group.name == name) {
            return Err(ApiError::bad(format!(
                "User group '{name}' already exists."
            )));
        }
        Ok(())
    }

    /// The users whose ids a parameter lists.
    fn listed_users(
        &self,
        params: &Params,
        name: &'static str,
    ) -> Result<Option<BTreeSet<UserId>>, ApiError> {
        let Some(ids) = params.ids(name)? else {
            return Ok(None);
        };
        let find = |id: &u64| {
            let user = self.users.get(&UserId(*id)).map(|user| user.id);
            user.ok_or_else(|| ApiError::bad(format!("Invalid user ID: {id}")))
        };
        ids.iter().map(find).collect::<Result<_, _>>().map(Some)
    }

    /// The group in the path, for a person.
    fn asked_group(&self, request: &Request<'_>) -> Result<&Group, ApiError> {
        self.require_person(request.user()?)?;
        let id = request.id(0);
        let group = self.groups.iter().find(|group| group.id == id);
        group.ok_or_else(|| ApiError::bad("Invalid user group"))
    }

    /// The place of the group in the path, for one who may change it.
    fn managed_group(&self, request: &Request<'_>) -> Result<usize, ApiError> {
        let user = self.require_person(request.user()?)?;
        let id = request.id(0);
        let place = self
            .groups
            .iter()
            .position(|group| group.id == id && !group.is_system);
        let place = place.ok_or_else(|| ApiError::bad("Invalid user group"))?;
        let is_own = self.groups[place].creator == Some(user);
        if is_own || self.user(user)?.role.is_administrator() {
            Ok(place)
        } else {
            Err(ApiError::bad("Insufficient permission"))
        }
    }

    /// The active group of this name that may be mentioned: not one of the system's.
    pub(crate) fn group_by_name(&self, name: &str) -> Option<(u64, String)> {
        let mut groups = self.groups.iter();
        let group =
            groups.find(|group| group.name == name && !group.is_system && !group.is_deactivated)?;
        Some((group.id, group.name.clone()))
    }

    fn direct_members(&self, group: &Group) -> BTreeSet<UserId> {
        let system = SYSTEM
            .iter()
            .find(|(name, ..)| group.is_system && *name == group.name);
        let role = system.and_then(|(.., role)| *role);
        let of_role = self.users.values().filter(|user| Some(user.role) == role);
        let of_role = of_role.filter(|user| user.is_active && user.id != self.notifier);
        let members = group.members.iter().copied();
        members.chain(of_role.map(|user| user.id)).collect()
    }

    /// All who are in the group or in one that it contains.
    pub(crate) fn members_of(&self, id: u64) -> BTreeSet<UserId> {
        let (mut seen, mut to_see) = (BTreeSet::new(), vec![id]);
        let mut members = BTreeSet::new();
        while let Some(id) = to_see.pop() {
            let group = self.groups.iter().find(|group| group.id == id);
            let Some(group) = group.filter(|_| seen.insert(id)) else {
                continue;
            };
            members.append(&mut self.direct_members(group));
            to_see.extend(&group.subgroups);
        }
        members
    }

    pub(crate) fn groups_json(&self, with_deactivated: bool) -> Vec<Value> {
        let shown = |group: &&Group| with_deactivated || !group.is_deactivated;
        let groups = self.groups.iter().filter(shown);
        groups.map(|group| self.group_json(group)).collect()
    }

    fn group_json(&self, group: &Group) -> Value {
        let id_of = |name: &str| {
            let mut groups = self.groups.iter();
            groups
                .find(|group| group.name == name)
                .map(|group| group.id)
        };
        let creator = match group.creator {
            Some(creator) => json!({"direct_members": [creator], "direct_subgroups": []}),
            None => json!(id_of("role:nobody")),
        };
        let everyone = id_of(if group.is_system {
            "role:nobody"
        } else {
            "role:everyone"
        });
        json!({
            "id": group.id,
            "name": group.name,
            "description": group.description,
            "creator_id": group.creator,
            "date_created": group.date_created,
            "members": self.direct_members(group),
            "direct_subgroup_ids": group.subgroups,
            "is_system_group": group.is_system,
            "deactivated": group.is_deactivated,
            "can_add_members_group": creator,
            "can_join_group": id_of("role:nobody"),
            "can_leave_group": everyone,
            "can_manage_group": creator,
            "can_mention_group": everyone,
        })
    }
}
