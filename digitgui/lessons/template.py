"""A lesson to begin with, which shows everything that a lesson may hold."""

TEMPLATE = """\
# My lesson

What stands here, before the first step, is shown above the first step.

## Draw a seven

Every step begins with a line “## …”. Its text is Markdown: **bold**, *slanted*, `code`, lists and tables.

Draw a 7, as large as you like.

```step
# Lines like these set the window up. What is not said stays as it was.
page: draw
network: default
until: drawn 7
```

## A question

The picture becomes 28 × 28 numbers. How many are they?

- [ ] 56
  No: that is 28 + 28. There are 28 rows of 28 numbers.
- [x] 784
  Right: 28 × 28. Each says how bright one pixel is, from 0 to 255.

## Train a small network

Press **Train**, and watch the curves.

```step
page: train
tab: Curves
data: bundled
arch: journal-8
epochs: 3
lr: 0.1
batch-size: 32
until: trained
```
"""
