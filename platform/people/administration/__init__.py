"""The pages of the programme office: is everybody on board?"""
