"""Write the model file of the current format version and the answers it must keep; see README.md."""

import json
from dataclasses import replace
from pathlib import Path

from chude import TopicClassifier, TopicModel
from chude.model.model_file import FORMAT_VERSION
from chude.tokenizer.marks import marked

HERE = Path(__file__).parent
SAMPLES = HERE.parents[1] / "data" / "samples"
CASES = [
    "Giá vàng lập đỉnh mới, nhà đầu tư đổ xô mua vào",
    "ĐỘI TUYỂN THẮNG TRẬN, hoà bình ở Hà Nội",
    "doi tuyen thang tran, gia vang tang manh",
    "Bệnh nhân sốt xuất huyết nhập viện tăng",
    "Bác sỹ Mỹ quý lý do ấy, bác sĩ Mĩ quí lí do ấy",
    "bac sy my quy ly do ay",
    "bóng đá",
    "vàng",
    "0",
    "TTO",
    "qwerty",
    "",
]


def main() -> None:
    """Learn a small model from the samples and write both files."""
    files = sorted(path for path in SAMPLES.glob("*/*.txt") if path.parent.name != "difficult")
    texts = [path.read_text(encoding="utf-8") for path in files]
    labels = [path.parent.name for path in files]
    classifier = TopicClassifier(max_features=1200, calibration_folds=2, name=f"format-{FORMAT_VERSION}")
    # Learned on what stands for the texts, so that it reads marks: only a model that does is written as version 5.
    model = _reading_marks(classifier.fit(marked(texts), labels).model_)
    judged = model.score_texts(CASES)
    cases = [
        {"text": text, "probabilities": probabilities, "coverage": coverage}
        for text, probabilities, coverage in zip(
            CASES, judged.probabilities.tolist(), judged.coverage.tolist(), strict=True
        )
    ]
    recorded = {"topics": model.classes_.tolist(), "cases": cases}
    with (HERE / f"v{FORMAT_VERSION}.json").open("x", encoding="utf-8", newline="\n") as file:
        json.dump(recorded, file, ensure_ascii=False, indent=1)
        file.write("\n")
    model.save(HERE / f"v{FORMAT_VERSION}.safetensors")


def _reading_marks(model: TopicModel) -> TopicModel:
    accented, unaccented = (
        scorer and replace(scorer, tokenizer=replace(scorer.tokenizer, marks=True))
        for scorer in (model.accented, model.unaccented)
    )
    assert accented is not None
    return replace(model, accented=accented, unaccented=unaccented)


if __name__ == "__main__":
    main()
