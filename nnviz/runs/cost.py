"""temporary"""


def seconds_of_update(e):
    return 20e-6 + 1e-9 * e.network.n_params * (e.training.batch_size or 160) * 0.1


def seconds_of_frame(e):
    return 7e-5 + 1e-9 * e.network.n_params * 2401 * 0.3
