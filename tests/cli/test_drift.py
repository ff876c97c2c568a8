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


def test_wrong_use(run_chude, tmp_path):
    (tmp_path / "a.csv").write_text("text\nx\n", encoding="utf-8")
    done = run_chude("drift", "a.csv", "a.csv")
    assert done.returncode == 2
    assert "a.csv has no column 'topic', 'probability', 'coverage'; its columns are: text" in done.stderr
