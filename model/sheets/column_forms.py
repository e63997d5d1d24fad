"""x"""


class ColumnForm:
    pass
