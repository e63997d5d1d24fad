"""Layers as a careful student writes them: in loops, straight from the formulas: `digitgui check` passes them."""

import numpy as np


def conv_forward(x, w, b, stride, pad):
    n, channels, height, width = x.shape
    filters, _, rows, columns = w.shape
    padded = np.zeros((n, channels, height + 2 * pad, width + 2 * pad))
    padded[:, :, pad : pad + height, pad : pad + width] = x
    out_height = (height + 2 * pad - rows) // stride + 1
    out_width = (width + 2 * pad - columns) // stride + 1
    out = np.zeros((n, filters, out_height, out_width))
    for m in range(n):
        for f in range(filters):
            for i in range(out_height):
                for j in range(out_width):
                    total = 0.0
                    for c in range(channels):
                        for r in range(rows):
                            for s in range(columns):
                                total += padded[m, c, i * stride + r, j * stride + s] * w[f, c, r, s]
                    out[m, f, i, j] = total + b[f]
    return out


def conv_backward(dout, x, w, b, stride, pad):
    n, channels, height, width = x.shape
    filters, _, rows, columns = w.shape
    padded = np.zeros((n, channels, height + 2 * pad, width + 2 * pad))
    padded[:, :, pad : pad + height, pad : pad + width] = x
    dpadded = np.zeros(padded.shape)
    dw = np.zeros(w.shape)
    db = np.zeros(b.shape)
    for m in range(n):
        for f in range(filters):
            for i in range(dout.shape[2]):
                for j in range(dout.shape[3]):
                    gradient = dout[m, f, i, j]
                    db[f] += gradient
                    for c in range(channels):
                        for r in range(rows):
                            for s in range(columns):
                                dw[f, c, r, s] += gradient * padded[m, c, i * stride + r, j * stride + s]
                                dpadded[m, c, i * stride + r, j * stride + s] += gradient * w[f, c, r, s]
    dx = dpadded[:, :, pad : pad + height, pad : pad + width]
    return dx, dw, db


def maxpool_forward(x, size, stride):
    n, channels, height, width = x.shape
    out = np.zeros((n, channels, (height - size) // stride + 1, (width - size) // stride + 1))
    for m, c, i, j in np.ndindex(out.shape):
        best = x[m, c, i * stride, j * stride]
        for r in range(size):
            for s in range(size):
                value = x[m, c, i * stride + r, j * stride + s]
                if value > best:  # noqa: PLR1730  as a student writes it
                    best = value
        out[m, c, i, j] = best
    return out


def maxpool_backward(dout, x, size, stride):
    dx = np.zeros(x.shape)
    for m, c, i, j in np.ndindex(dout.shape):
        top, left = i * stride, j * stride
        row, column = top, left
        for r in range(top, top + size):
            for s in range(left, left + size):
                if x[m, c, r, s] > x[m, c, row, column]:
                    row, column = r, s
        dx[m, c, row, column] += dout[m, c, i, j]
    return dx


def avgpool_forward(x, size, stride):
    n, channels, height, width = x.shape
    out = np.zeros((n, channels, (height - size) // stride + 1, (width - size) // stride + 1))
    for m, c, i, j in np.ndindex(out.shape):
        total = 0.0
        for r in range(size):
            for s in range(size):
                total += x[m, c, i * stride + r, j * stride + s]
        out[m, c, i, j] = total / (size * size)
    return out


def avgpool_backward(dout, x, size, stride):
    dx = np.zeros(x.shape)
    for m, c, i, j in np.ndindex(dout.shape):
        for r in range(size):
            for s in range(size):
                dx[m, c, i * stride + r, j * stride + s] += dout[m, c, i, j] / (size * size)
    return dx


def relu_forward(x):
    out = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        if x[index] > 0:
            out[index] = x[index]
    return out


def relu_backward(dout, x):
    dx = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        if x[index] > 0:
            dx[index] = dout[index]
    return dx


def dense_forward(x, w, b):
    out = np.zeros((x.shape[0], w.shape[1]))
    for m in range(x.shape[0]):
        for o in range(w.shape[1]):
            total = b[o]
            for i in range(x.shape[1]):
                total += x[m, i] * w[i, o]
            out[m, o] = total
    return out


def dense_backward(dout, x, w, b):
    dx, dw, db = np.zeros(x.shape), np.zeros(w.shape), np.zeros(b.shape)
    for m in range(x.shape[0]):
        for o in range(w.shape[1]):
            db[o] += dout[m, o]
            for i in range(x.shape[1]):
                dx[m, i] += dout[m, o] * w[i, o]
                dw[i, o] += dout[m, o] * x[m, i]
    return dx, dw, db


def softmax_loss(logits, labels):
    n = logits.shape[0]
    loss = 0.0
    dlogits = np.zeros(logits.shape)
    for m in range(n):
        shifted = logits[m] - max(logits[m])
        total = 0.0
        for k in range(len(shifted)):
            total += np.exp(shifted[k])
        loss += (np.log(total) - shifted[labels[m]]) / n
        for k in range(len(shifted)):
            dlogits[m, k] = (np.exp(shifted[k]) / total - (k == labels[m])) / n
    return loss, dlogits
