"""``chude drift`` as its users run it."""

import json


def test_two_outputs(run_chude, samples_folder, samples_model_file, tmp_path):
    for name, folders in (("old", ["the-thao", "xe"]), ("new", ["phap-luat", "the-gioi", "xe"])):
        inputs = [samples_folder / folder for folder in folders]
        done = run_chude("label", *inputs, "--model", samples_model_file, "-o", f"{name}.csv", "-q")
        assert done.returncode == 0, done.stderr
    done = run_chude("drift", "old.csv", "new.csv")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("7 texts in the old output, 10 in the new")
    assert max(map(len, done.stdout.splitlines())) <= 100
    found = json.loads(run_chude("drift", "old.csv", "new.csv", "--json").stdout)
    assert sum(share["old"] for share in found["topics"]) == 7
    assert found["verdict"] == done.stdout.splitlines()[-1]


def test_outputs_of_two_models_are_refused_or_doubted(run_chude, samples_folder, samples_model_file, tmp_path):
    """VNTC calls one of its topics Vi tính; topics of one's own are in the output of one's own model only."""
    inputs = [samples_folder / folder for folder in ("cong-nghe", "the-thao")]
    for name in ("news", "vntc"):
        done = run_chude("label", *inputs, "--model", name, "-o", f"{name}.csv", "-q")
        assert done.returncode == 0, done.stderr
    done = run_chude("drift", "news.csv", "vntc.csv")
    assert (done.returncode, done.stdout) == (2, "")
    said = "the topic cong-nghe is 'Công nghệ' in the old one and 'Vi tính' in the new one; label both"
    assert said in done.stderr
    table = "topic,probability,coverage\n" + "{},0.9,0.9\n" * 2
    files = {"a": ("xe", "Số"), "b": ("xe", "the-thao"), "c": ("du-lich", "unknown")}
    for name, topics in files.items():
        (tmp_path / f"{name}.csv").write_text(table.format(*topics), encoding="utf-8")
    for old, new, doubted in (
        ("a", "b", "only the old output has topics that are none of chude's own, such as 'Số'"),
        ("b", "a", "only the new output has topics that are none of chude's own, such as 'Số'"),
        ("b", "c", "the outputs have no topic in common"),
    ):
        done = run_chude("drift", f"{old}.csv", f"{new}.csv")
        assert done.returncode == 0
        assert f"chude: {doubted}: are both by the same model?\n" in done.stderr
    assert run_chude("drift", "b.csv", "b.csv").stderr == ""


def test_wrong_use(run_chude, tmp_path):
    (tmp_path / "a.csv").write_text("text\nx\n", encoding="utf-8")
    done = run_chude("drift", "a.csv", "a.csv")
    assert done.returncode == 2
    assert "a.csv has no column 'topic', 'probability', 'coverage'; its columns are: text" in done.stderr
