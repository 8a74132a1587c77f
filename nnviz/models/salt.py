"""The grain of salt: what a comparison of models in two dimensions cannot show."""

from nnviz.data import BUNDLED, COORDINATES, Dataset
from nnviz.experiment import Experiment


def salt(experiment: Experiment, data: Dataset) -> list[str]:
    """Return what to keep in mind about the models on these points, in sentences."""
    spec, n_test = experiment.data, len(data.y_test)
    found = [
        "In two dimensions, neighbours are near and the points fill the plane. With many inputs "
        "nearly all points are far from each other: nearest neighbours and bell-shaped bumps then "
        "find little to compare.",
        "A network pays off where it has to find its own features, in pictures, sound or text. "
        "A table with a few columns seldom needs that, and trees are often as good there.",
        "No model was tuned for these points; the network in the playground was, by you. A fair "
        "contest tunes each on points that are kept apart from the test points.",
        "A fit time is one fit on this server, the first since the page asked, without "
        "predictions. K nearest neighbours only stores the points: its work comes with each "
        "prediction, and grows with the number of points.",
    ]
    if n_test:
        found.append(
            f"One of {n_test} test points is {1 / n_test:.1%} of the accuracy, so differences of "
            "a few points are chance."
        )
    else:
        found.append("All points train, so there is no test accuracy: learning by heart wins.")
    if spec.name in BUNDLED:
        n_columns = len(BUNDLED[spec.name].features)
        found.append(
            f"The plane shows two of {n_columns} dimensions of these data. With all "
            f"{n_columns} columns every model would see more, and the order could change."
        )
    if data.features != COORDINATES:
        found.append(
            f"All models get the {len(data.features)} inputs that the network gets, so a straight "
            "border between the inputs may be curved on the plane."
        )
    return found
