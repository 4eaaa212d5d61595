//! Which path and method leads where: everything below `/api/v1`.

use axum::http::Method;

use crate::{
    alert_words,
    call::{Outcome, Request},
    custom_emoji, drafts, groups, linkifiers,
    messages::{self, flags, get as messages_get, reactions, send, widgets},
    muting,
    organization::Organization,
    own_settings, presence, profile_fields, queues, register, scheduled, server_settings, storage,
    streams, topics, typing, uploads, user_status,
    users::{self, bots},
};

/// An endpoint: a function on the organization.
pub(crate) type Endpoint = fn(&mut Organization, &Request<'_>) -> Outcome;

/// A path, in which `{id}` is digits, `{name}` one part of any kind and `{rest}` all that follows.
#[derive(Debug)]
pub(crate) struct Route {
    path: &'static str,
    methods: &'static [(Method, Endpoint)],
    /// Whether it answers those who do not say who they are.
    pub(crate) is_open: bool,
}

const fn route(path: &'static str, methods: &'static [(Method, Endpoint)]) -> Route {
    Route {
        path,
        methods,
        is_open: false,
    }
}

const fn open(path: &'static str, methods: &'static [(Method, Endpoint)]) -> Route {
    Route {
        path,
        methods,
        is_open: true,
    }
}

const GET: Method = Method::GET;
const POST: Method = Method::POST;
const PUT: Method = Method::PUT;
const PATCH: Method = Method::PATCH;
const DELETE: Method = Method::DELETE;

/// The first that fits is taken.
const ROUTES: &[Route] = &[
    open("server_settings", &[(GET, server_settings::get)]),
    open("fetch_api_key", &[(POST, users::fetch_api_key::fetch)]),
    route("messages", &[(GET, messages_get::list), (POST, send::send)]),
    route("messages/render", &[(POST, messages::post::render)]),
    route(
        "messages/matches_narrow",
        &[(GET, messages_get::matches_narrow)],
    ),
    route("messages/flags", &[(POST, flags::update)]),
    route("messages/flags/narrow", &[(POST, flags::update_narrow)]),
    route(
        "messages/{id}",
        &[
            (GET, messages_get::one),
            (DELETE, messages::delete::one),
            (PATCH, messages::edit::update),
        ],
    ),
    route("messages/{id}/history", &[(GET, messages::edit::history)]),
    route(
        "messages/{id}/read_receipts",
        &[(GET, flags::read_receipts)],
    ),
    route(
        "messages/{id}/reactions",
        &[(POST, reactions::add), (DELETE, reactions::remove)],
    ),
    route("mark_all_as_read", &[(POST, flags::mark_all)]),
    route("mark_stream_as_read", &[(POST, flags::mark_channel)]),
    route("mark_topic_as_read", &[(POST, flags::mark_topic)]),
    route("submessage", &[(POST, widgets::add_submessage)]),
    route("typing", &[(POST, typing::notify)]),
    route("register", &[(POST, register::register)]),
    route(
        "events",
        &[(GET, queues::get_events), (DELETE, queues::delete)],
    ),
    route(
        "users",
        &[(GET, users::view::list), (POST, users::manage::create)],
    ),
    route(
        "users/me",
        &[
            (GET, users::view::me),
            (DELETE, users::manage::deactivate_me),
        ],
    ),
    route(
        "users/me/subscriptions",
        &[
            (GET, streams::subscriptions),
            (PATCH, streams::change_subscriptions),
            (POST, streams::subscribe),
            (DELETE, streams::unsubscribe),
        ],
    ),
    route(
        "users/me/subscriptions/properties",
        &[(POST, streams::set_properties)],
    ),
    route(
        "users/me/alert_words",
        &[
            (GET, alert_words::list),
            (POST, alert_words::add),
            (DELETE, alert_words::remove),
        ],
    ),
    route(
        "users/me/muted_users/{id}",
        &[(POST, muting::mute_user), (DELETE, muting::unmute_user)],
    ),
    route("users/me/presence", &[(POST, presence::update)]),
    route(
        "users/me/profile_data",
        &[
            (PATCH, profile_fields::set_mine),
            (DELETE, profile_fields::clear_mine),
        ],
    ),
    route("users/me/status", &[(POST, user_status::update)]),
    route("users/me/{id}/topics", &[(GET, topics::list)]),
    route(
        "users/{id}/subscriptions/{id}",
        &[(GET, streams::is_subscribed)],
    ),
    route(
        "users/{id}",
        &[
            (GET, users::view::by_id),
            (PATCH, users::manage::update),
            (DELETE, users::manage::deactivate),
        ],
    ),
    route(
        "users/{id}/reactivate",
        &[(POST, users::manage::reactivate)],
    ),
    route("users/{id}/status", &[(GET, user_status::get)]),
    route("users/{name}/presence", &[(GET, presence::of_one)]),
    route("users/{name}", &[(GET, users::view::by_email)]),
    route("user_topics", &[(POST, muting::set_topic)]),
    route("user_groups", &[(GET, groups::list)]),
    route("user_groups/create", &[(POST, groups::create)]),
    route("user_groups/{id}", &[(PATCH, groups::update)]),
    route("user_groups/{id}/deactivate", &[(POST, groups::deactivate)]),
    route(
        "user_groups/{id}/members",
        &[(GET, groups::members), (POST, groups::change_members)],
    ),
    route("user_groups/{id}/members/{id}", &[(GET, groups::is_member)]),
    route("user_groups/{id}/subgroups", &[(GET, groups::subgroups)]),
    route("settings", &[(PATCH, own_settings::update)]),
    route("drafts", &[(GET, drafts::list), (POST, drafts::create)]),
    route(
        "drafts/{id}",
        &[(PATCH, drafts::update), (DELETE, drafts::delete)],
    ),
    route(
        "scheduled_messages",
        &[(GET, scheduled::list), (POST, scheduled::create)],
    ),
    route(
        "scheduled_messages/{id}",
        &[(PATCH, scheduled::update), (DELETE, scheduled::delete)],
    ),
    route("realm/presence", &[(GET, presence::of_all)]),
    route("realm/emoji", &[(GET, custom_emoji::list)]),
    route(
        "realm/emoji/{name}",
        &[
            (POST, custom_emoji::add),
            (DELETE, custom_emoji::deactivate),
        ],
    ),
    route(
        "realm/linkifiers",
        &[(GET, linkifiers::list), (PATCH, linkifiers::reorder)],
    ),
    route("realm/filters", &[(POST, linkifiers::add)]),
    route(
        "realm/filters/{id}",
        &[(PATCH, linkifiers::update), (DELETE, linkifiers::delete)],
    ),
    route(
        "realm/profile_fields",
        &[
            (GET, profile_fields::list),
            (POST, profile_fields::create),
            (PATCH, profile_fields::reorder),
        ],
    ),
    route(
        "realm/profile_fields/{id}",
        &[
            (PATCH, profile_fields::update),
            (DELETE, profile_fields::delete),
        ],
    ),
    route("bots", &[(GET, bots::list), (POST, bots::create)]),
    route(
        "bots/{id}",
        &[(PATCH, bots::update), (DELETE, bots::deactivate)],
    ),
    route(
        "bots/{id}/api_key/regenerate",
        &[(POST, bots::regenerate_key)],
    ),
    route(
        "bot_storage",
        &[
            (GET, storage::get),
            (PUT, storage::put),
            (DELETE, storage::delete),
        ],
    ),
    route("streams", &[(GET, streams::list)]),
    route(
        "streams/{id}",
        &[
            (GET, streams::one),
            (PATCH, streams::update),
            (DELETE, streams::archive),
        ],
    ),
    route("streams/{id}/members", &[(GET, streams::members)]),
    route("streams/{id}/delete_topic", &[(POST, topics::delete)]),
    route("get_stream_id", &[(GET, streams::id)]),
    route("user_uploads", &[(POST, uploads::upload)]),
    route("user_uploads/{rest}", &[(GET, uploads::temporary_url)]),
    route("attachments", &[(GET, uploads::list)]),
    route("attachments/{id}", &[(DELETE, uploads::delete)]),
];

/// Finds the route of a path below `/api/v1`, and what stands in its variable places.
pub(crate) fn find(path: &str) -> Option<(&'static Route, Vec<String>)> {
    ROUTES
        .iter()
        .find_map(|route| route.places(path).map(|places| (route, places)))
}

/// How many there are.
#[cfg(test)]
pub(crate) fn count() -> usize {
    ROUTES.len()
}

#[cfg(test)]
pub(crate) fn nth(place: usize) -> &'static Route {
    &ROUTES[place]
}

impl Route {
    pub(crate) fn endpoint(&self, method: &Method) -> Option<Endpoint> {
        // HEAD is a GET whose body stays here.
        let method = if method == Method::HEAD {
            &Method::GET
        } else {
            method
        };
        self.methods
            .iter()
            .find(|(known, _)| known == method)
            .map(|(_, endpoint)| *endpoint)
    }

    /// The methods in the order of the server's 405.
    pub(crate) fn allowed(&self) -> Vec<&'static str> {
        let known = [
            (GET, "GET"),
            (POST, "POST"),
            (PUT, "PUT"),
            (DELETE, "DELETE"),
            (PATCH, "PATCH"),
            (GET, "HEAD"),
        ];
        known
            .into_iter()
            .filter(|(method, _)| self.endpoint(method).is_some())
            .map(|(_, name)| name)
            .collect()
    }

    fn places(&self, path: &str) -> Option<Vec<String>> {
        let mut places = Vec::new();
        let mut rest = Some(path);
        for pattern in self.path.split('/') {
            let (part, after) = match rest?.split_once('/') {
                Some((part, after)) if pattern != "{rest}" => (part, Some(after)),
                _ => (rest?, None),
            };
            match pattern {
                "{id}" if !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()) => {
                    places.push(decoded(part));
                }
                "{name}" | "{rest}" if !part.is_empty() => places.push(decoded(part)),
                fixed if fixed == part => {}
                _ => return None,
            }
            rest = after;
        }
        rest.is_none().then_some(places)
    }
}

fn decoded(part: &str) -> String {
    percent_encoding::percent_decode_str(part)
        .decode_utf8_lossy()
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_to_its_route() {
        let places = |path| find(path).map(|(route, places)| (route.path, places));
        assert_eq!(places("messages"), Some(("messages", vec![])));
        assert_eq!(places("messages/"), None);
        assert_eq!(places("messages/abc"), None);
        assert_eq!(
            places("messages/17/reactions"),
            Some(("messages/{id}/reactions", vec!["17".to_owned()]))
        );
        assert_eq!(
            places("users/a%40x"),
            Some(("users/{name}", vec!["a@x".to_owned()]))
        );
        assert_eq!(
            places("user_uploads/1/ab/c.txt"),
            Some(("user_uploads/{rest}", vec!["1/ab/c.txt".to_owned()]))
        );
    }
}
