import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography import x509

from reenact.errors import CertificateError
from reenact.media import certificate
from reenact.media.certificate import config_folder, identity, known_identities


@pytest.fixture
def own(tmp_path):
    """A chain and a key as an owner would give them, in two files."""
    made = identity({"REENACT_CONFIG_DIR": str(tmp_path / "elsewhere")})
    chain, key = tmp_path / "chain.pem", tmp_path / "key.pem"
    chain.write_bytes(made.chain), key.write_bytes(made.key)
    return {"REENACT_CERTIFICATE": str(chain), "REENACT_PRIVATE_KEY": str(key)}


def test_a_certificate_is_made_once_and_only_its_owner_can_read_it(tmp_path):
    place = {"REENACT_CONFIG_DIR": str(tmp_path / "config")}
    first, second = identity(place), identity(place)
    assert first == second
    assert not first.is_own
    file = tmp_path / "config" / "certificate.pem"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(file.parent.iterdir()) == [file]


def test_it_names_neither_machine_nor_person(tmp_path):
    made = identity({"REENACT_CONFIG_DIR": str(tmp_path)})
    leaf, root = x509.load_pem_x509_certificates(made.chain)
    names = [a.value for name in (leaf.subject, leaf.issuer, root.subject) for a in name]
    assert set(names) == {"reenact", certificate.NAME, "reenact local root"}
    said = {extension.oid._name for one in (leaf, root) for extension in one.extensions}
    assert "subjectAltName" not in said and len(said) == 5
    assert leaf.not_valid_before_utc.hour == leaf.not_valid_before_utc.minute == 0


def test_processes_that_start_together_agree_on_one(tmp_path):
    path = tmp_path / "c" / "certificate.pem"
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: certificate._write_once(path, b"%d" % n), range(8)))
    assert list(path.parent.iterdir()) == [path]
    assert len(path.read_bytes()) == 1


def test_two_machines_have_two_certificates(tmp_path):
    one, other = (identity({"REENACT_CONFIG_DIR": str(tmp_path / name)}) for name in "ab")
    assert one.chain != other.chain
    assert one.serial != other.serial


def test_the_owners_own_is_used_where_it_is_named(own):
    made = identity(own)
    assert made.is_own
    assert made.algorithm == "es256"


def test_the_one_made_before_is_still_known(own, tmp_path):
    place = {"REENACT_CONFIG_DIR": str(tmp_path / "before")}
    before = identity(place)
    assert [one.serial for one in known_identities(own | place)] == [
        identity(own).serial,
        before.serial,
    ]


@pytest.mark.parametrize("variable", ["REENACT_CERTIFICATE", "REENACT_PRIVATE_KEY"])
def test_half_of_a_pair_is_refused(own, variable):
    with pytest.raises(CertificateError, match="must be set together, got one"):
        identity({variable: own[variable]})


def test_a_file_that_is_not_there_is_refused_by_name(own, tmp_path):
    with pytest.raises(CertificateError, match="`REENACT_PRIVATE_KEY` must be a PEM file"):
        identity(own | {"REENACT_PRIVATE_KEY": str(tmp_path / "no.pem")})


def test_a_file_that_is_no_certificate_is_refused(own, tmp_path):
    (tmp_path / "chain.pem").write_text("not a certificate")
    with pytest.raises(CertificateError, match="must be PEM"):
        identity(own)


def test_a_key_of_another_certificate_is_refused(own, tmp_path):
    other = identity({"REENACT_CONFIG_DIR": str(tmp_path / "other")})
    (tmp_path / "key.pem").write_bytes(other.key)
    with pytest.raises(CertificateError, match="must belong to the first certificate"):
        identity(own)


def test_where_no_folder_can_be_written_it_lasts_until_the_end_and_says_so(tmp_path, caplog):
    (tmp_path / "file").write_text("in the way")
    place = {"REENACT_CONFIG_DIR": str(tmp_path / "file")}
    assert identity(place) == identity(place)
    assert "Set REENACT_CONFIG_DIR" in caplog.text


def test_the_folder_follows_the_systems_habits():
    assert str(config_folder({"XDG_CONFIG_HOME": "/x"})) == "/x/reenact"
    assert config_folder({}).name == "reenact"
