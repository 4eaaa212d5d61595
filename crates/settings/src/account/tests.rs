use super::*;
use secrecy::ExposeSecret as _;
use tempfile::TempDir;

const ZULIPRC: &str = "[api]\nemail=rc@example.com\nkey=rckey\nsite=https://rc.example.com\n";
const TABLE: &str = "[zulip]\nsite = \"https://t.example.com\"\nemail = \"t@example.com\"\n";

/// A folder with private files, the user's home and the settings' folder at once.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs_err::write(&path, text).unwrap();
        fs_err::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600))
            .unwrap();
    }
    folder
}

fn account(folder: &TempDir) -> (Account, PathBuf) {
    #[derive(Deserialize)]
    struct Only {
        #[serde(default)]
        zulip: Account,
    }
    let path = folder.path().join("git.toml");
    (
        crate::read::<Only>("", Some(&path)).unwrap().value.zulip,
        path,
    )
}

fn key_of(credentials: &Credentials) -> &str {
    credentials.key.expose_secret()
}

#[test]
fn a_zuliprc_is_a_whole_identity() {
    let folder = folder(&[("rc", ZULIPRC), ("git.toml", "[zulip]\nzuliprc = \"rc\"\n")]);
    let (account, path) = account(&folder);
    let environment = Environment::of([
        ("ZULIP_API_KEY", "other"),
        ("ZULIP_EMAIL", "other@example.com"),
    ]);
    let identity = account.identify(Some(&path), &environment).unwrap();
    assert_eq!(
        (identity.email.as_str(), identity.file),
        ("rc@example.com", Some(path.clone()))
    );
    assert_eq!(
        key_of(&account.credentials(Some(&path), &environment).unwrap()),
        "rckey"
    );
    assert_eq!(key_of(&open(&path, &environment).unwrap()), "rckey");
    assert_eq!(
        files(&path, &environment).unwrap(),
        [path.clone(), folder.path().join("rc")]
    );
    assert_eq!(
        key_of(&open(&folder.path().join("rc"), &environment).unwrap()),
        "rckey"
    );
}

#[test]
fn a_key_may_stand_in_a_file_or_come_from_a_program() {
    let folder = folder(&[
        ("k", "filekey\n"),
        ("git.toml", &format!("{TABLE}key_file = \"k\"\n")),
    ]);
    let (by_file, path) = account(&folder);
    let nothing = Environment::default();
    assert_eq!(
        key_of(&by_file.credentials(Some(&path), &nothing).unwrap()),
        "filekey"
    );
    assert_eq!(
        by_file.identify(Some(&path), &nothing).unwrap().file,
        Some(path.clone())
    );

    fs_err::write(
        &path,
        format!("{TABLE}key_command = [\"printf\", \"%s\", \"a key\"]\n"),
    )
    .unwrap();
    let (by_program, _) = account(&folder);
    assert_eq!(
        key_of(&by_program.credentials(Some(&path), &nothing).unwrap()),
        "a key"
    );

    fs_err::write(&path, format!("{TABLE}key_command = [\"false\"]\n")).unwrap();
    let (failing, _) = account(&folder);
    let error = failing.credentials(Some(&path), &nothing).unwrap_err();
    assert!(
        error
            .one_line()
            .contains("`false` printed no key (exit status: 1)"),
        "{error}"
    );
}

#[test]
fn a_key_that_only_the_environment_has_leaves_no_file_to_read_again() {
    let folder = folder(&[("git.toml", TABLE), (env::CREDENTIAL_NAME, "systemd-key")]);
    let (account, path) = account(&folder);
    let variables = Environment::of([("ZULIP_API_KEY", "envkey")]);
    assert_eq!(
        account.identify(Some(&path), &variables).unwrap().file,
        None
    );
    assert_eq!(
        key_of(&account.credentials(Some(&path), &variables).unwrap()),
        "envkey"
    );
    let systemd = Environment::of([("CREDENTIALS_DIRECTORY", folder.path().to_str().unwrap())]);
    assert_eq!(
        key_of(&account.credentials(Some(&path), &systemd).unwrap()),
        "systemd-key"
    );
    assert!(
        account
            .credentials(Some(&path), &Environment::default())
            .is_err()
    );
}

#[test]
fn without_a_table_the_environment_decides_as_a_whole() {
    let folder = folder(&[(".zuliprc", ZULIPRC)]);
    let home = folder.path().to_str().unwrap();
    let account = Account::default();
    let mixed = Environment::of([("HOME", home), ("ZULIP_EMAIL", "e@example.com")]);
    assert_eq!(
        account.identify(None, &mixed).unwrap().email,
        "rc@example.com"
    );
    let whole = Environment::of([
        ("HOME", home),
        ("ZULIP_EMAIL", "e@example.com"),
        ("ZULIP_API_KEY", "k"),
        ("ZULIP_SITE", "localhost:1"),
    ]);
    let identity = account.identify(None, &whole).unwrap();
    assert_eq!(
        (identity.email.as_str(), identity.file),
        ("e@example.com", None)
    );
    let error = account.identify(None, &Environment::default()).unwrap_err();
    assert!(error.one_line().contains("zuliprc"), "{error}");
}

#[test]
fn an_identity_is_never_mixed() {
    let folder = folder(&[
        ("rc", ZULIPRC),
        ("git.toml", "[zulip]\nzuliprc = \"rc\"\nemail = \"x@y\"\n"),
    ]);
    let (account, path) = account(&folder);
    let error = account
        .identify(Some(&path), &Environment::default())
        .unwrap_err();
    assert!(
        error.one_line().contains("`zuliprc` and `email`"),
        "{error}"
    );
}
